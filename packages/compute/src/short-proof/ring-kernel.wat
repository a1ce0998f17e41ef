;; Arithmetic in Z_p[X]/(X^N + 1) for a prime p below 2^50, p = 1 modulo 2N, N a power of two.
;; A row is N residues below p, 8 bytes each. $inverse is 1/p, rounded to a double.
(module
  (import "memory" "memory" (memory 0))

  ;; a·b mod p. The quotient comes from doubles: it is wrong by one at most, since a·b/p is below 2^50
  ;; and three roundings cost less than 2^-1. The remainder is exact modulo 2^64, and corrected.
  (func $times (param $a i64) (param $b i64) (param $p i64) (param $inverse f64) (result i64)
    (local $r i64)
    (local.set $r (i64.sub
      (i64.mul (local.get $a) (local.get $b))
      (i64.mul (local.get $p) (i64.trunc_sat_f64_s (f64.mul
        (f64.mul (f64.convert_i64_s (local.get $a)) (f64.convert_i64_s (local.get $b)))
        (local.get $inverse))))))
    (local.set $r (i64.add (local.get $r)
      (i64.and (local.get $p) (i64.shr_s (local.get $r) (i64.const 63)))))
    (call $reduced (local.get $r) (local.get $p)))

  ;; Takes p off what is below 2p.
  (func $reduced (param $a i64) (param $p i64) (result i64)
    (local $less i64)
    (local.set $less (i64.sub (local.get $a) (local.get $p)))
    (i64.add (local.get $less)
      (i64.and (local.get $p) (i64.shr_s (local.get $less) (i64.const 63)))))

  (func $plus (param $a i64) (param $b i64) (param $p i64) (result i64)
    (call $reduced (i64.add (local.get $a) (local.get $b)) (local.get $p)))

  (func $minus (param $a i64) (param $b i64) (param $p i64) (result i64)
    (local $r i64)
    (local.set $r (i64.sub (local.get $a) (local.get $b)))
    (i64.add (local.get $r)
      (i64.and (local.get $p) (i64.shr_s (local.get $r) (i64.const 63)))))

  ;; The powers root^0 … root^(N-1), each at the index with the exponent's bits reversed.
  (func (export "powers")
    (param $at i32) (param $root i64) (param $bits i32) (param $p i64) (param $inverse f64)
    (local $exponent i32) (local $index i32) (local $power i64) (local $bit i32)
    (local.set $power (i64.const 1))
    (loop $next
      (local.set $index (i32.const 0))
      (local.set $bit (i32.const 0))
      (loop $reverse
        (local.set $index (i32.or
          (i32.shl (local.get $index) (i32.const 1))
          (i32.and (i32.shr_u (local.get $exponent) (local.get $bit)) (i32.const 1))))
        (br_if $reverse (i32.lt_u
          (local.tee $bit (i32.add (local.get $bit) (i32.const 1))) (local.get $bits))))
      (i64.store (i32.add (local.get $at) (i32.shl (local.get $index) (i32.const 3)))
        (local.get $power))
      (local.set $power
        (call $times (local.get $power) (local.get $root) (local.get $p) (local.get $inverse)))
      (br_if $next (i32.lt_u
        (local.tee $exponent (i32.add (local.get $exponent) (i32.const 1)))
        (i32.shl (i32.const 1) (local.get $bits))))))

  ;; The number theoretic transform of Longa and Naehrig: natural order in, bits reversed out.
  (func (export "forward")
    (param $row i32) (param $powers i32) (param $n i32) (param $p i64) (param $inverse f64)
    (local $blocks i32) (local $half i32) (local $block i32) (local $at i32) (local $end i32)
    (local $power i64) (local $u i64) (local $v i64)
    (local.set $blocks (i32.const 1))
    (local.set $half (i32.shl (local.get $n) (i32.const 2)))
    (loop $level
      (local.set $block (i32.const 0))
      (local.set $at (local.get $row))
      (loop $blocks
        (local.set $power (i64.load (i32.add (local.get $powers)
          (i32.shl (i32.add (local.get $blocks) (local.get $block)) (i32.const 3)))))
        (local.set $end (i32.add (local.get $at) (local.get $half)))
        (loop $pair
          (local.set $u (i64.load (local.get $at)))
          (local.set $v (call $times
            (i64.load (i32.add (local.get $at) (local.get $half)))
            (local.get $power) (local.get $p) (local.get $inverse)))
          (i64.store (local.get $at) (call $plus (local.get $u) (local.get $v) (local.get $p)))
          (i64.store (i32.add (local.get $at) (local.get $half))
            (call $minus (local.get $u) (local.get $v) (local.get $p)))
          (br_if $pair (i32.lt_u
            (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
        (local.set $at (i32.add (local.get $at) (local.get $half)))
        (br_if $blocks (i32.lt_u
          (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $blocks))))
      (local.set $half (i32.shr_u (local.get $half) (i32.const 1)))
      (br_if $level (i32.lt_u
        (local.tee $blocks (i32.shl (local.get $blocks) (i32.const 1))) (local.get $n)))))

  ;; Back again; $powers are those of the inverse root, and $share is 1/N.
  (func (export "backward")
    (param $row i32) (param $powers i32) (param $n i32) (param $share i64)
    (param $p i64) (param $inverse f64)
    (local $blocks i32) (local $half i32) (local $block i32) (local $at i32) (local $end i32)
    (local $power i64) (local $u i64) (local $v i64)
    (local.set $blocks (i32.shr_u (local.get $n) (i32.const 1)))
    (local.set $half (i32.const 8))
    (loop $level
      (local.set $block (i32.const 0))
      (local.set $at (local.get $row))
      (loop $blocks
        (local.set $power (i64.load (i32.add (local.get $powers)
          (i32.shl (i32.add (local.get $blocks) (local.get $block)) (i32.const 3)))))
        (local.set $end (i32.add (local.get $at) (local.get $half)))
        (loop $pair
          (local.set $u (i64.load (local.get $at)))
          (local.set $v (i64.load (i32.add (local.get $at) (local.get $half))))
          (i64.store (local.get $at) (call $plus (local.get $u) (local.get $v) (local.get $p)))
          (i64.store (i32.add (local.get $at) (local.get $half)) (call $times
            (call $minus (local.get $u) (local.get $v) (local.get $p))
            (local.get $power) (local.get $p) (local.get $inverse)))
          (br_if $pair (i32.lt_u
            (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
        (local.set $at (i32.add (local.get $at) (local.get $half)))
        (br_if $blocks (i32.lt_u
          (local.tee $block (i32.add (local.get $block) (i32.const 1))) (local.get $blocks))))
      (local.set $half (i32.shl (local.get $half) (i32.const 1)))
      (br_if $level (i32.gt_u
        (local.tee $blocks (i32.shr_u (local.get $blocks) (i32.const 1))) (i32.const 0))))
    (call $scale (local.get $row) (local.get $n) (local.get $share)
      (local.get $p) (local.get $inverse)))

  (func $scale (export "scale")
    (param $row i32) (param $n i32) (param $factor i64) (param $p i64) (param $inverse f64)
    (local $end i32)
    (local.set $end (i32.add (local.get $row) (i32.shl (local.get $n) (i32.const 3))))
    (loop $next
      (i64.store (local.get $row) (call $times
        (i64.load (local.get $row)) (local.get $factor) (local.get $p) (local.get $inverse)))
      (br_if $next (i32.lt_u
        (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $end)))))

  ;; $row becomes $row·$by, point by point.
  (func (export "multiply")
    (param $row i32) (param $by i32) (param $n i32) (param $p i64) (param $inverse f64)
    (local $end i32)
    (local.set $end (i32.add (local.get $row) (i32.shl (local.get $n) (i32.const 3))))
    (loop $next
      (i64.store (local.get $row) (call $times
        (i64.load (local.get $row)) (i64.load (local.get $by))
        (local.get $p) (local.get $inverse)))
      (local.set $by (i32.add (local.get $by) (i32.const 8)))
      (br_if $next (i32.lt_u
        (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $end)))))

  ;; $row becomes $row + $from, residues both.
  (func (export "add") (param $row i32) (param $from i32) (param $n i32) (param $p i64)
    (local $end i32)
    (local.set $end (i32.add (local.get $row) (i32.shl (local.get $n) (i32.const 3))))
    (loop $next
      (i64.store (local.get $row) (call $plus
        (i64.load (local.get $row)) (i64.load (local.get $from)) (local.get $p)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u
        (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $end)))))

  ;; Residues of integers that stand in doubles, each of a magnitude below 2^52.
  (func (export "reduce")
    (param $row i32) (param $integers i32) (param $n i32) (param $p i64) (param $inverse f64)
    (local $end i32) (local $value f64) (local $r i64)
    (local.set $end (i32.add (local.get $row) (i32.shl (local.get $n) (i32.const 3))))
    (loop $next
      (local.set $value (f64.load (local.get $integers)))
      (local.set $r (i64.sub
        (i64.trunc_sat_f64_s (local.get $value))
        (i64.mul (local.get $p)
          (i64.trunc_sat_f64_s (f64.floor (f64.mul (local.get $value) (local.get $inverse)))))))
      (local.set $r (i64.add (local.get $r)
        (i64.and (local.get $p) (i64.shr_s (local.get $r) (i64.const 63)))))
      (i64.store (local.get $row) (call $reduced (local.get $r) (local.get $p)))
      (local.set $integers (i32.add (local.get $integers) (i32.const 8)))
      (br_if $next (i32.lt_u
        (local.tee $row (i32.add (local.get $row) (i32.const 8))) (local.get $end)))))

  ;; $row becomes $row - X^$shift·$from, 0 <= $shift < 2N.
  (func (export "subtractShifted")
    (param $row i32) (param $from i32) (param $n i32) (param $shift i32) (param $p i64)
    (local $index i32) (local $to i32) (local $at i32) (local $value i64)
    (loop $next
      (local.set $to (i32.add (local.get $index) (local.get $shift)))
      (local.set $value (i64.load
        (i32.add (local.get $from) (i32.shl (local.get $index) (i32.const 3)))))
      (local.set $at (i32.add (local.get $row) (i32.shl
        (i32.and (local.get $to) (i32.sub (local.get $n) (i32.const 1))) (i32.const 3))))
      ;; X^N is -1: once around is the other sign.
      (i64.store (local.get $at) (if (result i64) (i32.and (local.get $to) (local.get $n))
        (then (call $plus (i64.load (local.get $at)) (local.get $value) (local.get $p)))
        (else (call $minus (i64.load (local.get $at)) (local.get $value) (local.get $p)))))
      (br_if $next (i32.lt_u
        (local.tee $index (i32.add (local.get $index) (i32.const 1))) (local.get $n)))))
)
