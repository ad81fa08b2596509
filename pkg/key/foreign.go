package key

import (
	"crypto"
	"slices"
)

// A foreign is a kind of key that package crypto has no type for. Its keys are
// read here: crypto/x509 refuses them, and jwx is never given one.
type foreign struct {
	kind       Kind
	identifier string // its AlgorithmIdentifier (RFC 5280 §4.1.1.2) in DER
	prefix     string // what SPKI has before the numbers that a JWK has

	public  func(kind Kind, encoded []byte) (crypto.PublicKey, error)
	private func(kind Kind, number []byte) (crypto.Signer, error)
	pkcs8   func(kind Kind, der []byte) (crypto.Signer, error) // from what PKCS#8 wraps
	wrap    func(number, public []byte) ([]byte, error)        // to that
}

// foreigns is every such kind, and the one place to add another.
var foreigns = []foreign{
	{
		kind:       Secp256k1,
		identifier: "\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a", // RFC 5480 §2.1.1, SEC 2 §A.2.1
		prefix:     "\x04",                                                                     // SEC 1 §2.3.3: not compressed
		public:     newSecp256k1, private: newSecp256k1Private, pkcs8: wrappedSEC1, wrap: wrapSEC1,
	},
	{
		kind: MLDSA44, identifier: "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x11", // RFC 9881 §2
		public: newMLDSA, private: newMLDSAPrivate, pkcs8: wrappedSeed, wrap: wrapSeed,
	},
	{
		kind: MLDSA65, identifier: "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12", // RFC 9881 §2
		public: newMLDSA, private: newMLDSAPrivate, pkcs8: wrappedSeed, wrap: wrapSeed,
	},
	{
		kind: MLDSA87, identifier: "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x13", // RFC 9881 §2
		public: newMLDSA, private: newMLDSAPrivate, pkcs8: wrappedSeed, wrap: wrapSeed,
	},
}

func foreignKind(kind Kind) (foreign, bool) {
	return foreignWith(func(f foreign) bool { return f.kind == kind })
}

func foreignIdentified(identifier []byte) (foreign, bool) {
	return foreignWith(func(f foreign) bool { return f.identifier == string(identifier) })
}

func foreignWith(is func(foreign) bool) (foreign, bool) {
	if i := slices.IndexFunc(foreigns, is); i >= 0 {
		return foreigns[i], true
	}
	return foreign{}, false
}

// key makes one of the numbers of a JWK; a public one has no number.
func (f foreign) key(public, number []byte) (any, error) {
	half, err := f.public(f.kind, append([]byte(f.prefix), public...))
	if err != nil || len(number) == 0 {
		return half, err
	}
	private, err := f.private(f.kind, number)
	if err != nil {
		return nil, err
	}
	if !equal(private.Public(), half) {
		return nil, errPair
	}
	return private, nil
}

// equal compares two public keys of any type.
func equal(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.Equal(b)
}
