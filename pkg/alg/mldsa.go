package alg

import (
	"crypto"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// ML-DSA hashes the input itself, and its context is empty (RFC 9964).

func signMLDSA(_ Algorithm, k key.Key, input []byte) ([]byte, error) {
	return k.Private().Sign(nil, input, crypto.Hash(0))
}

func verifyMLDSA(_ Algorithm, k key.Key, input, signature []byte) error {
	public, _ := k.Public().(*mldsa.PublicKey)
	return mldsa.Verify(public, input, signature, nil)
}
