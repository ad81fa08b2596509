package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	"filippo.io/mldsa"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// New makes a key from the system's randomness. Only RSA keys, of at least 2,048
// bits (RFC 7518 §3.3), and secrets, of whole bytes, come in several sizes; for
// the other kinds bits is not looked at.
func New(kind Kind, bits int) (Key, error) {
	var private crypto.Signer
	var err error
	switch kind {
	case Secret:
		secret := make([]byte, bits/8)
		_, _ = rand.Read(secret) // never fails
		k, err := NewSecret(secret)
		return k, err
	case RSA:
		if bits < goodRSABits || bits > maxRSABits {
			return Key{}, fmt.Errorf("an RSA key has %d to %d bits, not %d", goodRSABits, maxRSABits, bits)
		}
		private, err = rsa.GenerateKey(rand.Reader, bits)
	case P256:
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case P384:
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case P521:
		private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Secp256k1:
		var k *secp256k1.PrivateKey
		k, err = secp256k1.GeneratePrivateKey()
		private = secp256k1Signer{k}
	case Ed25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case MLDSA44, MLDSA65, MLDSA87:
		private, err = mldsa.GenerateKey(mldsaParameters(kind))
	default:
		err = fmt.Errorf("keys of kind %q are not made", kind)
	}
	if err != nil {
		return Key{}, err
	}
	return newPrivate(private, "new private key")
}
