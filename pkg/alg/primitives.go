package alg

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"

	"github.com/golang-jwt/jwt/v5"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// The library's own method values are not used: its PS256 takes a salt of any
// length and its ES256 any curve. These are made here, and a row's kind, curve
// and signature length are checked before they are asked.

func (a Algorithm) hmac() *jwt.SigningMethodHMAC {
	return &jwt.SigningMethodHMAC{Name: a.Name, Hash: a.hash}
}

func signHMAC(a Algorithm, k key.Key, input []byte) ([]byte, error) {
	return a.hmac().Sign(string(input), k.Secret())
}

func verifyHMAC(a Algorithm, k key.Key, input, signature []byte) error {
	return a.hmac().Verify(string(input), signature, k.Secret())
}

func (a Algorithm) rsa() *jwt.SigningMethodRSA {
	return &jwt.SigningMethodRSA{Name: a.Name, Hash: a.hash}
}

func signRSA(a Algorithm, k key.Key, input []byte) ([]byte, error) {
	private, _ := k.Private().(*rsa.PrivateKey)
	return a.rsa().Sign(string(input), private)
}

func verifyRSA(a Algorithm, k key.Key, input, signature []byte) error {
	public, _ := k.Public().(*rsa.PublicKey)
	return a.rsa().Verify(string(input), signature, public)
}

// pss fixes the salt to the length of the hash (RFC 7518 §3.5).
func (a Algorithm) pss() *jwt.SigningMethodRSAPSS {
	options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}
	return &jwt.SigningMethodRSAPSS{SigningMethodRSA: a.rsa(), Options: options, VerifyOptions: options}
}

func signPSS(a Algorithm, k key.Key, input []byte) ([]byte, error) {
	private, _ := k.Private().(*rsa.PrivateKey)
	return a.pss().Sign(string(input), private)
}

func verifyPSS(a Algorithm, k key.Key, input, signature []byte) error {
	public, _ := k.Public().(*rsa.PublicKey)
	return a.pss().Verify(string(input), signature, public)
}

func (a Algorithm) ecdsa(k key.Key) *jwt.SigningMethodECDSA {
	return &jwt.SigningMethodECDSA{Name: a.Name, Hash: a.hash, KeySize: a.size / 2, CurveBits: k.Bits()}
}

func signECDSA(a Algorithm, k key.Key, input []byte) ([]byte, error) {
	private, _ := k.Private().(*ecdsa.PrivateKey)
	return a.ecdsa(k).Sign(string(input), private)
}

func verifyECDSA(a Algorithm, k key.Key, input, signature []byte) error {
	public, _ := k.Public().(*ecdsa.PublicKey)
	return a.ecdsa(k).Verify(string(input), signature, public)
}

func signEd25519(_ Algorithm, k key.Key, input []byte) ([]byte, error) {
	return (&jwt.SigningMethodEd25519{}).Sign(string(input), k.Private())
}

func verifyEd25519(_ Algorithm, k key.Key, input, signature []byte) error {
	public, _ := k.Public().(ed25519.PublicKey)
	return (&jwt.SigningMethodEd25519{}).Verify(string(input), signature, public)
}
