package key_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// TestPSSParameters: what a key may be restricted to (RFC 4055 §3.1).
func TestPSSParameters(t *testing.T) {
	var (
		sha1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
		sha256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
		sha512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
		mgf1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	)
	type parameters struct {
		Hash    pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
		MGF     pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
		Salt    int                      `asn1:"optional,explicit,tag:2,default:20"`
		Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
	}
	with := func(hash, mask asn1.ObjectIdentifier, salt, trailer int) any {
		inner := asn1.RawValue{FullBytes: asn1Bytes(t, pkix.AlgorithmIdentifier{Algorithm: mask})}
		return parameters{pkix.AlgorithmIdentifier{Algorithm: hash}, pkix.AlgorithmIdentifier{Algorithm: mgf1, Parameters: inner}, salt, trailer}
	}
	modulus := bare(t, file(t, "rsa.pkcs1.pub.pem"))
	for _, row := range []struct {
		name       string
		parameters any
		alg        string // empty: refused
	}{
		{"as PS256", with(sha256, sha256, 32, 1), "PS256"},
		{"as PS512", with(sha512, sha512, 64, 1), "PS512"},
		{"a shorter salt would do", with(sha512, sha512, 20, 1), "PS512"},
		{"a longer salt", with(sha256, sha256, 33, 1), ""},
		{"another hash for the mask", with(sha256, sha1, 32, 1), ""},
		{"SHA-1", with(sha1, sha1, 20, 1), ""},
		{"all defaults, which are SHA-1", parameters{Salt: 20, Trailer: 1}, ""},
		{"another trailer", with(sha256, sha256, 32, 2), ""},
		{"no parameters at all", 1, ""},
	} {
		set, err := key.Parse(block("PUBLIC KEY", asn1Bytes(t, struct {
			Algorithm any
			Key       asn1.BitString
		}{algorithmOf(rsaPSSOID, row.parameters), asn1.BitString{Bytes: modulus, BitLength: 8 * len(modulus)}})))
		if row.alg == "" {
			if e := wantUnusable(t, err, "SPKI public key is"); strings.Contains(e.Why, "RSASSA-PSS") == (row.parameters == 1) {
				t.Errorf("%s: %v", row.name, err)
			}
			continue
		}
		if err != nil || !set.Keys[0].PSS || set.Keys[0].Alg != row.alg {
			t.Errorf("%s: %v, %v", row.name, set.Keys, err)
		}
	}
}
