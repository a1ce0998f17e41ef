// A PKCS#11 module for tests: one token in a file, with AES keys and AES-GCM. It implements what the
// wrapper of a vault's key calls, as OASIS PKCS#11 2.40 says, and refuses what that standard refuses.
// It keeps keys in the clear, so it protects nothing.
package main

/*
#include <stdlib.h>
typedef unsigned long ulong_t;
typedef struct { ulong_t type; void *value; ulong_t length; } attribute_t;
typedef struct { ulong_t type; void *parameter; ulong_t length; } mechanism_t;
typedef struct { void *iv; ulong_t iv_length; ulong_t iv_bits; void *aad; ulong_t aad_length; ulong_t tag_bits; } gcm_t;
void *function_list(void);
*/
import "C"

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"os"
	"sync"
	"unsafe"
)

// Return values (CKR_…).
const (
	ok                  = 0x0
	slotInvalid         = 0x3
	attributeSensitive  = 0x11
	attributeUnknown    = 0x12
	encryptedInvalid    = 0x40
	keyHandleInvalid    = 0x60
	mechanismInvalid    = 0x70
	parameterInvalid    = 0x71
	notInitialised      = 0x91
	pinIncorrect        = 0xa0
	pinLocked           = 0xa4
	sessionInvalid      = 0xb3
	sessionReadOnly     = 0xb5
	templateIncomplete  = 0xd0
	tokenAbsent         = 0xe0
	alreadyLoggedIn     = 0x100
	notLoggedIn         = 0x101
	bufferTooSmall      = 0x150
	cryptokiNotStarted  = 0x190
	cryptokiInitialised = 0x191
)

// Attributes (CKA_…) and mechanisms (CKM_…).
const (
	attributeToken       = 0x1
	attributePrivate     = 0x2
	attributeSensitivity = 0x103
	attributeValue       = 0x11
	attributeEncrypt     = 0x104
	attributeDecrypt     = 0x105
	attributeLength      = 0x161
	attributeExtractable = 0x162
	aesKeyGeneration     = 0x1080
	aesGCM               = 0x1087
	readWrite            = 0x2
	mostWrongPINs        = 3
)

type object struct {
	Attributes map[uint64][]byte
	Value      []byte
}

type token struct {
	Label   string
	PIN     string
	Wrong   int
	Objects []object
}

type session struct {
	writes  bool
	found   []uint64
	finding bool
	key     *object
	gcm     cipher.AEAD
	iv, aad []byte
}

var (
	lock     sync.Mutex
	file     string
	held     token
	started  bool
	loggedIn bool
	sessions = map[uint64]*session{}
	next     uint64
)

func main() {}

func save() {
	text, _ := json.Marshal(held)
	_ = os.WriteFile(file, text, 0o600)
}

func number(place *C.ulong_t) *uint64 { return (*uint64)(unsafe.Pointer(place)) }

//export C_GetFunctionList
func C_GetFunctionList(place *unsafe.Pointer) C.ulong_t {
	*place = C.function_list()
	return ok
}

//export C_Initialize
func C_Initialize(arguments unsafe.Pointer) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if started {
		return cryptokiInitialised
	}
	started = true
	return ok
}

//export C_GetSlotList
func C_GetSlotList(_ C.uchar, slots *C.ulong_t, amount *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if !started {
		return cryptokiNotStarted
	}
	variable := C.CString("SALUS_TEST_TOKEN")
	defer C.free(unsafe.Pointer(variable))
	// Go's own copy of the environment is older than what the process has set since.
	file = C.GoString(C.getenv(variable))
	text, err := os.ReadFile(file)
	if err != nil {
		*amount = 0
		return ok
	}
	held = token{}
	if json.Unmarshal(text, &held) != nil {
		*amount = 0
		return ok
	}
	if slots != nil {
		if *amount < 1 {
			return bufferTooSmall
		}
		*slots = 1
	}
	*amount = 1
	return ok
}

//export C_GetTokenInfo
func C_GetTokenInfo(slot C.ulong_t, info unsafe.Pointer) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if slot != 1 {
		return slotInvalid
	}
	bytes := unsafe.Slice((*byte)(info), 208)
	for i := range bytes {
		bytes[i] = ' '
	}
	copy(bytes[:32], held.Label)
	return ok
}

//export C_OpenSession
func C_OpenSession(slot, flags C.ulong_t, application, notify unsafe.Pointer, handle *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if slot != 1 {
		return slotInvalid
	}
	next++
	sessions[next] = &session{writes: flags&readWrite != 0}
	*number(handle) = next
	return ok
}

//export C_CloseSession
func C_CloseSession(handle C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if sessions[uint64(handle)] == nil {
		return sessionInvalid
	}
	delete(sessions, uint64(handle))
	if len(sessions) == 0 {
		loggedIn = false
	}
	return ok
}

//export C_Login
func C_Login(handle, _ C.ulong_t, pin unsafe.Pointer, length C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	if sessions[uint64(handle)] == nil {
		return sessionInvalid
	}
	if loggedIn {
		return alreadyLoggedIn
	}
	if held.Wrong >= mostWrongPINs {
		return pinLocked
	}
	if string(C.GoBytes(pin, C.int(length))) != held.PIN {
		held.Wrong++
		save()
		return pinIncorrect
	}
	held.Wrong = 0
	save()
	loggedIn = true
	return ok
}

func attributesOf(template *C.attribute_t, amount C.ulong_t) map[uint64][]byte {
	all := map[uint64][]byte{}
	for _, one := range unsafe.Slice(template, int(amount)) {
		all[uint64(one._type)] = C.GoBytes(one.value, C.int(one.length))
	}
	return all
}

func isTrue(value []byte) bool { return len(value) == 1 && value[0] == 1 }

//export C_FindObjectsInit
func C_FindObjectsInit(handle C.ulong_t, template *C.attribute_t, amount C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	own := sessions[uint64(handle)]
	if own == nil {
		return sessionInvalid
	}
	asked := attributesOf(template, amount)
	own.found, own.finding = nil, true
	for index, one := range held.Objects {
		// Nobody sees private objects without a login.
		matches := loggedIn || !isTrue(one.Attributes[attributePrivate])
		for kind, value := range asked {
			matches = matches && bytes.Equal(one.Attributes[kind], value)
		}
		if matches {
			own.found = append(own.found, uint64(index)+1)
		}
	}
	return ok
}

//export C_FindObjects
func C_FindObjects(handle C.ulong_t, places *C.ulong_t, most C.ulong_t, amount *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	own := sessions[uint64(handle)]
	if own == nil {
		return sessionInvalid
	}
	if !own.finding {
		return notInitialised
	}
	count := min(len(own.found), int(most))
	for index, found := range own.found[:count] {
		unsafe.Slice(number(places), count)[index] = found
	}
	own.found = own.found[count:]
	*number(amount) = uint64(count)
	return ok
}

//export C_FindObjectsFinal
func C_FindObjectsFinal(handle C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	own := sessions[uint64(handle)]
	if own == nil {
		return sessionInvalid
	}
	if !own.finding {
		return notInitialised
	}
	own.finding = false
	return ok
}

func objectOf(handle C.ulong_t) *object {
	if handle < 1 || int(handle) > len(held.Objects) {
		return nil
	}
	return &held.Objects[handle-1]
}

//export C_GetAttributeValue
func C_GetAttributeValue(handle, key C.ulong_t, template *C.attribute_t, amount C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	one := objectOf(key)
	if sessions[uint64(handle)] == nil {
		return sessionInvalid
	}
	if one == nil {
		return keyHandleInvalid
	}
	for _, asked := range unsafe.Slice(template, int(amount)) {
		if asked._type == attributeValue {
			return attributeSensitive
		}
		value, known := one.Attributes[uint64(asked._type)]
		if !known {
			return attributeUnknown
		}
		if int(asked.length) < len(value) {
			return bufferTooSmall
		}
		copy(unsafe.Slice((*byte)(asked.value), int(asked.length)), value)
	}
	return ok
}

//export C_GenerateKey
func C_GenerateKey(handle C.ulong_t, mechanism *C.mechanism_t, template *C.attribute_t, amount C.ulong_t, key *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	own := sessions[uint64(handle)]
	attributes := attributesOf(template, amount)
	length := attributes[attributeLength]
	switch {
	case own == nil:
		return sessionInvalid
	case !loggedIn:
		return notLoggedIn
	case !own.writes && isTrue(attributes[attributeToken]):
		return sessionReadOnly
	case mechanism._type != aesKeyGeneration:
		return mechanismInvalid
	case len(length) != 8:
		return templateIncomplete
	}
	value := make([]byte, binary.LittleEndian.Uint64(length))
	_, _ = rand.Read(value)
	held.Objects = append(held.Objects, object{Attributes: attributes, Value: value})
	save()
	*number(key) = uint64(len(held.Objects))
	return ok
}

func begin(handle C.ulong_t, mechanism *C.mechanism_t, key C.ulong_t, use uint64) C.ulong_t {
	own, one := sessions[uint64(handle)], objectOf(key)
	switch {
	case own == nil:
		return sessionInvalid
	case !loggedIn:
		return notLoggedIn
	case one == nil || !isTrue(one.Attributes[use]):
		return keyHandleInvalid
	case mechanism._type != aesGCM:
		return mechanismInvalid
	case uintptr(mechanism.length) != unsafe.Sizeof(C.gcm_t{}):
		return parameterInvalid
	}
	given := (*C.gcm_t)(mechanism.parameter)
	if given.iv_length != 12 || given.iv_bits != 96 || given.tag_bits != 128 {
		return parameterInvalid
	}
	block, err := aes.NewCipher(one.Value)
	if err != nil {
		return keyHandleInvalid
	}
	own.key = one
	own.gcm, _ = cipher.NewGCM(block)
	own.iv = C.GoBytes(given.iv, C.int(given.iv_length))
	own.aad = C.GoBytes(given.aad, C.int(given.aad_length))
	return ok
}

func end(handle C.ulong_t, out unsafe.Pointer, length *C.ulong_t, work func(*session) ([]byte, error)) C.ulong_t {
	own := sessions[uint64(handle)]
	if own == nil {
		return sessionInvalid
	}
	if own.key == nil {
		return notInitialised
	}
	result, err := work(own)
	own.key = nil
	if err != nil {
		return encryptedInvalid
	}
	if int(*length) < len(result) {
		return bufferTooSmall
	}
	copy(unsafe.Slice((*byte)(out), int(*length)), result)
	*number(length) = uint64(len(result))
	return ok
}

//export C_EncryptInit
func C_EncryptInit(handle C.ulong_t, mechanism *C.mechanism_t, key C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	return begin(handle, mechanism, key, attributeEncrypt)
}

//export C_Encrypt
func C_Encrypt(handle C.ulong_t, data unsafe.Pointer, size C.ulong_t, out unsafe.Pointer, length *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	return end(handle, out, length, func(own *session) ([]byte, error) {
		return own.gcm.Seal(nil, own.iv, C.GoBytes(data, C.int(size)), own.aad), nil
	})
}

//export C_DecryptInit
func C_DecryptInit(handle C.ulong_t, mechanism *C.mechanism_t, key C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	return begin(handle, mechanism, key, attributeDecrypt)
}

//export C_Decrypt
func C_Decrypt(handle C.ulong_t, data unsafe.Pointer, size C.ulong_t, out unsafe.Pointer, length *C.ulong_t) C.ulong_t {
	lock.Lock()
	defer lock.Unlock()
	return end(handle, out, length, func(own *session) ([]byte, error) {
		return own.gcm.Open(nil, own.iv, C.GoBytes(data, C.int(size)), own.aad)
	})
}
