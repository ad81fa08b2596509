package key_test

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"testing"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// What crypto/x509 refuses is read by this package, and as strictly.

// sec1 is a private key of RFC 5915 §3.
type sec1 struct {
	Version int
	Number  []byte
	Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
	Public  asn1.BitString        `asn1:"optional,explicit,tag:1"`
}

func TestSecp256k1DER(t *testing.T) {
	bits := func(data []byte) asn1.BitString { return asn1.BitString{Bytes: data, BitLength: 8 * len(data)} }
	spki := func(point []byte) []byte {
		return asn1Bytes(t, struct{ Algorithm, Key any }{algorithmOf(ecPublicKeyOID, secp256k1OID), bits(point)})
	}
	pkcs8 := func(inner []byte) []byte {
		return asn1Bytes(t, struct{ Version, Algorithm, Key any }{0, algorithmOf(ecPublicKeyOID, secp256k1OID), inner})
	}
	k := one(t, marshal(secp256k1JWK()))
	point := []byte(k.Public().(key.Secp256k1PublicKey))
	number := append(make([]byte, 31), 1)
	compressed, hybrid := append([]byte{2}, point[1:33]...), append([]byte{6}, point[1:]...) // y is even
	negative := bytes.Clone(point)
	new(big.Int).Sub(secp256k1Prime(), new(big.Int).SetBytes(point[33:])).FillBytes(negative[33:]) // of the private key n - 1
	p256 := []byte(asn1Bytes(t, sec1{1, number, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, asn1.BitString{}}))

	for _, row := range []struct {
		name  string
		label string
		der   []byte
		says  string // "": it is the key
	}{
		{"SPKI", "PUBLIC KEY", spki(point), ""},
		{"SPKI, compressed", "PUBLIC KEY", spki(compressed), "compressed point"},
		{"SPKI, hybrid", "PUBLIC KEY", spki(hybrid), "not on the curve"},
		{"SPKI of the point at infinity", "PUBLIC KEY", spki([]byte{0}), "not on the curve"},
		{"SPKI, empty", "PUBLIC KEY", spki(nil), "not on the curve"},
		{"SPKI without the first byte", "PUBLIC KEY", spki(point[1:]), "not on the curve"},
		{"SPKI and something on", "PUBLIC KEY", append(spki(point), 0), "is broken"},

		{"PKCS#8", "PRIVATE KEY", pkcs8(asn1Bytes(t, sec1{1, number, nil, bits(point)})), ""},
		{"PKCS#8 without its public half", "PRIVATE KEY", pkcs8(asn1Bytes(t, sec1{Version: 1, Number: number})), ""},
		{"PKCS#8 with the curve twice", "PRIVATE KEY", pkcs8(asn1Bytes(t, sec1{1, number, secp256k1OID, bits(point)})), ""},
		{"PKCS#8 with another curve inside", "PRIVATE KEY", pkcs8(p256), "no private key on secp256k1"},
		{"PKCS#8 with the public half of another key", "PRIVATE KEY", pkcs8(asn1Bytes(t, sec1{1, number, nil, bits(negative)})), "does not belong"},
		{"PKCS#8 with the number bare", "PRIVATE KEY", pkcs8(number), "no private key on secp256k1"},
		{"PKCS#8 and something on", "PRIVATE KEY", append(pkcs8(asn1Bytes(t, sec1{Version: 1, Number: number})), 0), "is broken"},
		{"PKCS#8 and something on inside", "PRIVATE KEY", pkcs8(append(asn1Bytes(t, sec1{Version: 1, Number: number}), 0)), "no private key on secp256k1"},

		{"SEC1", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, number, secp256k1OID, bits(point)}), ""},
		{"SEC1 without its public half", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, number, secp256k1OID, asn1.BitString{}}), ""},
		{"SEC1 of another version", "EC PRIVATE KEY", asn1Bytes(t, sec1{2, number, secp256k1OID, bits(point)}), "version 2"},
		{"SEC1 with the public half of another key", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, number, secp256k1OID, bits(negative)}), "does not belong"},
		{"SEC1 with a public half that is no point", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, number, secp256k1OID, bits(point[1:])}), "not on the curve"},
		{"SEC1, a byte short", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, number[1:], secp256k1OID, bits(point)}), "31 bytes instead of 32"},
		{"SEC1, 0", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, make([]byte, 32), secp256k1OID, bits(point)}), "is 0 or"},
		{"SEC1, n + 1", "EC PRIVATE KEY", asn1Bytes(t, sec1{1, new(big.Int).Add(secp256k1Order(), big.NewInt(1)).Bytes(), secp256k1OID, bits(point)}), "not less than"},
		{"SEC1 without a curve", "EC PRIVATE KEY", asn1Bytes(t, sec1{Version: 1, Number: number}), "curve that is not supported"},
		{"SEC1 and something on", "EC PRIVATE KEY", append(asn1Bytes(t, sec1{1, number, secp256k1OID, bits(point)}), 0), "is broken"},
	} {
		set, err := key.Parse(block(row.label, row.der))
		if row.says != "" {
			wantUnusable(t, err, row.says)
			if len(set.Keys) > 0 {
				t.Errorf("%s is %v", row.name, set.Keys)
			}
			continue
		}
		if err != nil || len(set.Keys) != 1 || set.Keys[0].Kind() != key.Secp256k1 || set.Keys[0].Thumbprint() != k.Thumbprint() {
			t.Errorf("%s is %v: %v", row.name, set.Keys, err)
		}
	}
}

// TestMLDSADER: the seed of the examples of RFC 9964 is zero, and their keys are
// named by their thumbprints.
func TestMLDSADER(t *testing.T) {
	seed := make([]byte, mldsa.PrivateKeySize)
	wrapped := append([]byte{0x80, 32}, seed...) // RFC 9881 §6: seed [0]
	for _, row := range []struct {
		kind       key.Kind
		last       int // of its OID
		size       int
		thumbprint string
	}{
		{key.MLDSA44, 17, 1312, "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o"},
		{key.MLDSA65, 18, 1952, "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM"},
		{key.MLDSA87, 19, 2592, "tRn1JNIkgMsABVQBlXeDHxAIcclh-2IX0UdDEzPt5XU"},
	} {
		algorithm := algorithmOf(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, row.last}, nil) // RFC 9881 §2
		pkcs8 := func(inner []byte) []byte {
			return asn1Bytes(t, struct{ Version, Algorithm, Key any }{0, algorithm, inner})
		}
		spki := func(public []byte) []byte {
			return asn1Bytes(t, struct{ Algorithm, Key any }{algorithm, asn1.BitString{Bytes: public, BitLength: 8 * len(public)}})
		}
		k := one(t, pkcs8(wrapped))
		if k.Kind() != row.kind || !k.CanSign() || k.Thumbprint() != row.thumbprint || k.Bits() != 8*row.size {
			t.Errorf("it is a %v, %s", k, k.Thumbprint())
		}
		public := k.Public().(*mldsa.PublicKey).Bytes()
		if k := one(t, spki(public)); k.Kind() != row.kind || k.CanSign() || k.Thumbprint() != row.thumbprint {
			t.Errorf("its public half is a %v, %s", k, k.Thumbprint())
		}
		both := asn1Bytes(t, struct{ Seed, Expanded []byte }{seed, make([]byte, 2560)})
		for says, ders := range map[string][][]byte{
			"a seed alone": {pkcs8(seed[:31]), pkcs8(seed), pkcs8(wrapped[:33]), pkcs8(append(wrapped, 0)), pkcs8(both), pkcs8(asn1Bytes(t, make([]byte, 2560)))},
			"instead of":   {spki(public[:60]), spki(public[1:]), spki(append(public, 0))},
			"no key":       {append(spki(public), 0), append(pkcs8(wrapped), 0)},
		} {
			for _, der := range ders {
				set, err := key.Parse(der)
				wantUnusable(t, err, says)
				if len(set.Keys) > 0 {
					t.Errorf("%x is %v", der[:60], set.Keys)
				}
			}
		}
	}
}
