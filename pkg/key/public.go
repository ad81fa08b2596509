package key

import "encoding/json"

// PublicJWK is the public key as a JWK (RFC 7517), for anybody to read: type and
// numbers, then kid, alg and use where the key has them; to ML-DSA, alg is of the
// type. Of a key that was public already, key_ops stays too. A secret, and the zero
// Key, have no public key: the error is an [*UnusableError].
func (k Key) PublicJWK() (json.RawMessage, error) {
	if k.Public() == nil {
		return nil, k.cannot("has no public key")
	}
	return k.PublicOnly().jwk()
}
