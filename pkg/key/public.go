package key

import (
	"encoding/json"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// PublicJWK is the public key as a JWK (RFC 7517), for anybody to read: type and
// numbers, then kid, alg and use where the key has them; to ML-DSA, alg is of the
// type. A secret, and the zero Key, have none: the error is an [*UnusableError].
func (k Key) PublicJWK() (json.RawMessage, error) {
	numbers, err := strict.ParseObject([]byte(k.publicMembers()))
	if err != nil {
		return nil, &UnusableError{What: k.String(), Why: "has no public key"}
	}
	jwk := []byte("{")
	add := func(name string, value json.RawMessage) {
		if len(jwk) > 1 {
			jwk = append(jwk, ',')
		}
		jwk = append(append(append(jwk, strict.Quote(name)...), ':'), value...)
	}
	for _, name := range []string{"kty", "alg", "crv", "n", "e", "x", "y", "pub"} {
		if value, ok := numbers.Get(name); ok {
			add(name, value)
		}
	}
	if k.HasID {
		add("kid", strict.Quote(k.ID))
	}
	if _, typed := numbers.Get("alg"); k.Alg != "" && !typed {
		add("alg", strict.Quote(k.Alg))
	}
	if k.Use != "" {
		add("use", strict.Quote(k.Use))
	}
	return append(jwk, '}'), nil
}
