package key

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
)

// A pss is an RSA key that its file keeps for RSASSA-PSS (RFC 4055 §1.2). crypto/x509
// reads none.
type pss struct {
	key any
	alg string // the one algorithm; empty: any of them
}

const (
	pssOID  = pkcsOID + "1.10"
	mgf1OID = pkcsOID + "1.8"
)

// A pssHash is a hash that a key may be restricted to, the algorithm that has it
// and the length of its salt in bytes (RFC 7518 §3.5).
type pssHash struct {
	oid, alg string
	salt     int
}

var pssHashes = []pssHash{
	{"2.16.840.1.101.3.4.2.1", "PS256", 32},
	{"2.16.840.1.101.3.4.2.2", "PS384", 48},
	{"2.16.840.1.101.3.4.2.3", "PS512", 64},
}

// readPSS adds to an RSA key what its algorithm identifier restricts it to.
func readPSS(parameters asn1.RawValue, key any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if len(parameters.FullBytes) == 0 {
		return pss{key: key}, nil
	}
	var p struct { // RFC 4055 §3.1
		Hash    pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
		MGF     pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
		MinSalt int                      `asn1:"optional,explicit,tag:2,default:20"`
		Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
	}
	var mask pkix.AlgorithmIdentifier
	if err := unmarshal(parameters.FullBytes, &p); err != nil {
		return nil, err
	}
	if p.MGF.Algorithm.String() == mgf1OID {
		if err := unmarshal(p.MGF.Parameters.FullBytes, &mask); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(pssHashes, func(h pssHash) bool {
		return h.oid == p.Hash.Algorithm.String() && h.oid == mask.Algorithm.String() && h.salt >= p.MinSalt
	})
	if i < 0 || p.Trailer != 1 {
		return nil, unfitf("is for RSASSA-PSS with parameters that no JWS algorithm has")
	}
	return pss{key, pssHashes[i].alg}, nil
}
