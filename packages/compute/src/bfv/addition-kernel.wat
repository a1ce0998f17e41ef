;; Adds residues modulo a prime below 2^62, two at a time, and checks what it adds.
;; A summand comes from outside: residues must be below the modulus, read as unsigned.
;;
;; It goes over `count` residues (even) of the summand at $from, and works on those at $into, which
;; are below the modulus already. It gives the number of zeros among the summand's residues, or -1
;; if one is not below the modulus.
(module
  (import "memory" "memory" (memory 0))

  (func (export "add")
    (param $into i32) (param $from i32) (param $count i32) (param $modulus i64) (result i32)
    (local $end i32) (local $value v128) (local $sum v128)
    (local $m v128) (local $greatest v128) (local $wrong v128) (local $zeros v128)
    (local.set $m (i64x2.splat (local.get $modulus)))
    (local.set $greatest (i64x2.sub (local.get $m) (i64x2.splat (i64.const 1))))
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $value (v128.load (local.get $from)))
      ;; Above the greatest residue, or negative, as which a word of 2^63 or more is read here.
      (local.set $wrong (v128.or (local.get $wrong)
        (v128.or (local.get $value) (i64x2.gt_s (local.get $value) (local.get $greatest)))))
      (local.set $zeros (i64x2.sub (local.get $zeros)
        (i64x2.eq (local.get $value) (v128.const i64x2 0 0))))
      (local.set $sum (i64x2.add (v128.load (local.get $into)) (local.get $value)))
      (v128.store (local.get $into) (i64x2.sub (local.get $sum)
        (v128.and (local.get $m) (i64x2.gt_s (local.get $sum) (local.get $greatest)))))
      (local.set $into (i32.add (local.get $into) (i32.const 16)))
      (br_if $next (i32.lt_u
        (local.tee $from (i32.add (local.get $from) (i32.const 16))) (local.get $end))))
    (call $outcome (local.get $wrong) (local.get $zeros)))

  ;; The sign bits of $wrong tell of wrong residues in either lane.
  (func $outcome (param $wrong v128) (param $zeros v128) (result i32)
    (if (result i32) (i64x2.bitmask (local.get $wrong))
      (then (i32.const -1))
      (else (i32.wrap_i64 (i64.add
        (i64x2.extract_lane 0 (local.get $zeros))
        (i64x2.extract_lane 1 (local.get $zeros))))))))
