package alg

import (
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// ES256K is ECDSA on secp256k1 with SHA-256 (RFC 8812 §3.2), which neither
// golang-jwt nor crypto/ecdsa has.

func signSecp256k1(a Algorithm, k key.Key, input []byte) ([]byte, error) {
	der, err := k.Private().Sign(nil, a.digest(input), a.hash)
	if err != nil {
		return nil, err
	}
	signature, err := ecdsa.ParseDERSignature(der)
	if err != nil {
		return nil, err
	}
	scalarR, scalarS := signature.R(), signature.S()
	r, s := scalarR.Bytes(), scalarS.Bytes()
	return append(r[:], s[:]...), nil
}

// verifySecp256k1 takes s in either half of its range: only Bitcoin asks for the
// lower one.
func verifySecp256k1(a Algorithm, k key.Key, input, signature []byte) error {
	var r, s secp256k1.ModNScalar
	half := len(signature) / 2
	if r.SetByteSlice(signature[:half]) || s.SetByteSlice(signature[half:]) {
		return ErrSignature // not less than the order, and so reduced
	}
	public, _ := k.Public().(key.Secp256k1PublicKey)
	point, err := secp256k1.ParsePubKey(public)
	if err != nil {
		return err
	}
	if !ecdsa.NewSignature(&r, &s).Verify(a.digest(input), point) { // which refuses zeros
		return ErrSignature
	}
	return nil
}

func (a Algorithm) digest(input []byte) []byte {
	h := a.hash.New()
	h.Write(input)
	return h.Sum(nil)
}
