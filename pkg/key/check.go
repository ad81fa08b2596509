package key

import (
	"crypto"
	//lint:ignore SA1019 only to name the keys that are refused
	"crypto/dsa" //nolint:staticcheck // the same for golangci-lint
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"filippo.io/mldsa"
)

// Limits of RSA keys. Go itself refuses to use less than 1,024 bits; a modulus
// beyond 16,384 takes seconds an operation, which is a way to stall a verifier.
const (
	minRSABits  = 1024
	maxRSABits  = 16384
	goodRSABits = 2048 // RFC 7518 §3.3: MUST be used

	maxRSAExponent = 1<<31 - 1 // crypto/rsa verifies nothing with a larger one
)

// check is the kind of a public key that is fit to be used.
func check(public crypto.PublicKey) (Kind, error) {
	switch public := public.(type) {
	case *rsa.PublicKey:
		return RSA, checkRSA(public)
	case *ecdsa.PublicKey:
		if _, err := public.ECDH(); err != nil { // asks whether the point is on its curve
			return "", fmt.Errorf("is on the curve %s, which is not supported, or not on it at all", public.Curve.Params().Name)
		}
		return Kind(public.Curve.Params().Name), nil
	case ed25519.PublicKey:
		if len(public) != ed25519.PublicKeySize {
			return "", fmt.Errorf("has %d bytes instead of %d", len(public), ed25519.PublicKeySize)
		}
		if smallOrder(public) {
			return "", errors.New("is a point of small order, for which anybody can sign")
		}
		return Ed25519, nil
	case Secp256k1PublicKey:
		return Secp256k1, nil // its makers have checked it
	case *mldsa.PublicKey:
		return Kind(public.Parameters().String()), nil
	case *ecdh.PublicKey:
		return "", errors.New("is an X25519 key, which agrees on secrets and cannot sign")
	case *dsa.PublicKey:
		return "", errors.New("is a DSA key, which no JWS algorithm uses")
	}
	return "", fmt.Errorf("is of a type that is not supported (%T)", public)
}

func checkRSA(public *rsa.PublicKey) error {
	switch bits := public.N.BitLen(); {
	case public.E < 3 || public.E%2 == 0 || public.E > maxRSAExponent:
		return fmt.Errorf("has the public exponent %d; it must be odd, at least 3 and less than 2^31", public.E)
	case bits < minRSABits:
		return fmt.Errorf("has %d bits, which anybody can break; RS256 needs %d", bits, goodRSABits)
	case bits > maxRSABits:
		return fmt.Errorf("has %d bits; more than %d are refused", bits, maxRSABits)
	case public.N.Bit(0) == 0:
		return errors.New("has an even modulus")
	}
	return nil
}

var errPair = errors.New("has a private part that does not belong to its public part")

// checkNumbers makes sure that the numbers of an RSA key are of one key, before
// anything is computed with them: that takes crypto/rsa many seconds for a prime
// as long as the longest modulus, and hours for one of 1 MiB.
func checkNumbers(n, d, p, q *big.Int, onlyTwo bool) error {
	if d.BitLen() > n.BitLen() || p.BitLen()+q.BitLen() > n.BitLen()+1 || onlyTwo && new(big.Int).Mul(p, q).Cmp(n) != 0 {
		return errPair
	}
	return nil
}

// checkPair makes sure that private and public half belong together.
func checkPair(private crypto.Signer) error {
	switch private := private.(type) {
	case *rsa.PrivateKey:
		if private.Validate() != nil {
			return errPair
		}
	case *ecdsa.PrivateKey:
		derived, err := private.ECDH()
		if err != nil {
			return errPair
		}
		public, err := private.PublicKey.ECDH()
		if err != nil || !derived.PublicKey().Equal(public) {
			return errPair
		}
	case ed25519.PrivateKey:
		if len(private) != ed25519.PrivateKeySize || !private.Equal(ed25519.NewKeyFromSeed(private.Seed())) {
			return errPair
		}
	}
	return nil
}

// A Weakness is the stable name of what makes a key weak though it works.
type Weakness string

const (
	ShortRSA Weakness = "short-rsa" // below 2,048 bits (RFC 7518 §3.3)
	ROCA     Weakness = "roca"      // made by a chip with a broken generator (CVE-2017-15361)

	UnreadableX5C Weakness = "x5c-unreadable" // a JWK with an "x5c" that has no certificates
	OtherX5C      Weakness = "x5c-differs"    // one with the certificate of another key (RFC 7517 §4.7)
)

// Weaknesses are what is wrong with a key that works all the same. How long a
// secret must be depends on the algorithm, so package alg knows that.
func (k Key) Weaknesses() []Weakness {
	var found []Weakness
	if k.x5c != "" {
		found = append(found, k.x5c)
	}
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		return found
	}
	if public.N.BitLen() < goodRSABits {
		found = append(found, ShortRSA)
	}
	if roca(public.N) {
		found = append(found, ROCA)
	}
	return found
}

// roca reports whether a modulus has the fingerprint of CVE-2017-15361: modulo
// each small prime it is a power of 65537. One in 2^27 sound keys would have it.
// Source: Nemec et al., "The Return of Coppersmith's Attack", §2.2.
func roca(n *big.Int) bool {
	const largest = 167
	for p := int64(3); p <= largest; p += 2 {
		if !big.NewInt(p).ProbablyPrime(0) { // exact for numbers this small
			continue
		}
		rest := new(big.Int).Mod(n, big.NewInt(p)).Int64()
		power, generator := int64(1), 65537%p
		for power != rest {
			if power = power * generator % p; power == 1 {
				return false
			}
		}
	}
	return true
}

// smallOrder reports whether an Ed25519 key is one of the points whose multiples are
// few: for them signatures can be made without a private key. RFC 8032 does not
// refuse them. The list is that of every encoding, the sign aside, among them those
// of coordinates that are not reduced.
func smallOrder(public ed25519.PublicKey) bool {
	unsigned := slices.Clone(public)
	unsigned[31] &= 0x7f
	return slices.Contains([]string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	}, hex.EncodeToString(unsigned))
}
