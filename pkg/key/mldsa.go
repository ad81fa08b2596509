package key

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"

	"filippo.io/mldsa"
)

func newMLDSA(kind Kind, encoded []byte) (crypto.PublicKey, error) {
	parameters := mldsaParameters(kind)
	if len(encoded) != parameters.PublicKeySize() {
		return nil, fmt.Errorf("has %d bytes instead of %d", len(encoded), parameters.PublicKeySize())
	}
	return mldsa.NewPublicKey(parameters, encoded)
}

func newMLDSAPrivate(kind Kind, seed []byte) (crypto.Signer, error) {
	return mldsa.NewPrivateKey(mldsaParameters(kind), seed)
}

const implicit0 = 0x80 // the tag of "seed [0] OCTET STRING"

// wrapSeed writes what wrappedSeed reads.
func wrapSeed(seed, _ []byte) ([]byte, error) {
	return append([]byte{implicit0, mldsa.PrivateKeySize}, seed...), nil
}

// wrappedSeed reads the first of the three forms of RFC 9881 §6: the expanded key,
// alone or beside its seed, is nothing that the library could use or compare.
func wrappedSeed(kind Kind, der []byte) (crypto.Signer, error) {
	seed, ok := bytes.CutPrefix(der, []byte{implicit0, mldsa.PrivateKeySize})
	if !ok || len(seed) != mldsa.PrivateKeySize {
		return nil, errors.New("is not in the form of RFC 9881 §6 that is a seed alone, the only one supported")
	}
	return newMLDSAPrivate(kind, seed)
}

func mldsaParameters(kind Kind) mldsa.Parameters {
	switch kind {
	case MLDSA44:
		return mldsa.MLDSA44()
	case MLDSA65:
		return mldsa.MLDSA65()
	case MLDSA87:
		return mldsa.MLDSA87()
	}
	return mldsa.Parameters{} // of which no key can be made
}
