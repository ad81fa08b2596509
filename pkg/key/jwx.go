package key

import "github.com/lestrrat-go/jwx/v2/jwk"

// importJWK turns a JWK of type RSA, EC or OKP into the key types of package
// crypto. The JWK holds its type and numbers only, each checked before (see
// members): version 2 of the library is no longer maintained, and is given
// nothing that a stranger wrote. Its errors are not passed on; they may quote
// the numbers.
func importJWK(minimal []byte) (any, error) {
	broken := &UnusableError{What: "JWK", Why: "is broken"}
	parsed, err := jwk.ParseKey(minimal)
	if err != nil {
		return nil, broken
	}
	var raw any
	if err := parsed.Raw(&raw); err != nil {
		return nil, broken
	}
	return raw, nil
}
