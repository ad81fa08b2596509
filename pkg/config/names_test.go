package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestMeanings(t *testing.T) {
	own := map[string]string{"JWT_SECRET": "secret", "JWT_ALG": "alg", "JWT_ISS": "iss", "JWT_LEEWAY": "leeway", "JWT_KEY": "key", "JWT_AUD": "aud"}
	const (
		pyJWT    = "JWT_ISSUER=me\nJWT_AUTHTYPE=HS256\nJWT_SECRET=s3cret\nJWT_AUTHMAXAGE=3600\nJWT_REFRESHMAXAGE=604800\nJWT_PUBLICKEY=\n"
		pyJWTRSA = "JWT_ISSUER=me\nJWT_AUTHTYPE=RS256\nJWT_SECRET=PRIVATE\nJWT_PUBLICKEY=PUBLIC\n"
		extended = "SECRET_KEY=flask\nJWT_SECRET_KEY=s3cret\nJWT_ACCESS_TOKEN_EXPIRES=False\nJWT_ENCODE_AUDIENCE=a\nJWT_DECODE_AUDIENCE=b\nJWT_HEADER_TYPE=JWT\nJWT_DECODE_LEEWAY=30\n"
	)
	for _, test := range []struct{ file, command, want string }{
		{pyJWT, "sign", "alg HS256 JWT_AUTHTYPE; exp 1h JWT_AUTHMAXAGE; iss me JWT_ISSUER; refresh-exp 168h JWT_REFRESHMAXAGE; secret s3cret JWT_SECRET"},
		{pyJWT, "verify", "alg HS256 JWT_AUTHTYPE; iss me JWT_ISSUER; secret s3cret JWT_SECRET"},
		{pyJWT, "probe", ""},
		{pyJWTRSA, "sign", "alg RS256 JWT_AUTHTYPE; iss me JWT_ISSUER; key PRIVATE JWT_SECRET"},
		{pyJWTRSA, "verify", "alg RS256 JWT_AUTHTYPE; iss me JWT_ISSUER; key PUBLIC JWT_PUBLICKEY"},
		{extended, "sign", "aud a JWT_ENCODE_AUDIENCE; exp none JWT_ACCESS_TOKEN_EXPIRES; secret s3cret JWT_SECRET_KEY"},
		{extended, "verify", "aud b JWT_DECODE_AUDIENCE; leeway 30s JWT_DECODE_LEEWAY; secret s3cret JWT_SECRET_KEY"},
		{extended, "probe", "scheme JWT JWT_HEADER_TYPE"},
		{"SECRET_KEY=flask\nJWT_SECRET_KEY=", "sign", "secret flask SECRET_KEY"},
		{"SECRET_KEY=flask\nJWT_ALGORITHM=RS256\nJWT_PRIVATE_KEY=A\nJWT_PUBLIC_KEY=B", "sign", "alg RS256 JWT_ALGORITHM; key A JWT_PRIVATE_KEY"},
		{"SECRET_KEY=flask\nJWT_ALGORITHM=RS256\nJWT_PRIVATE_KEY=A\nJWT_PUBLIC_KEY=B", "verify", "alg RS256 JWT_ALGORITHM; key B JWT_PUBLIC_KEY"},
		{"JWT_ALGORITHM=RS256\nJWT_PRIVATE_KEY=A", "verify", "alg RS256 JWT_ALGORITHM; key A JWT_PRIVATE_KEY"},
		{"JWT_SECRET_KEY=s\nJWT_PRIVATE_KEY=A", "sign", "secret s JWT_SECRET_KEY"}, // the default is HS256
		{"JWT_PRIVATE_KEY=A", "sign", "key A JWT_PRIVATE_KEY"},
		{"JWT_SECRET=s\nJWT_SECRET_KEY=s", "sign", "secret s JWT_SECRET"},
		{"JWT_SECRET=s\nJWT_SECRET_KEY=t", "sign", "JWT_SECRET and JWT_SECRET_KEY are two values of secret"},
		{"JWT_ISS=a\nJWT_ISSUER=b", "sign", "JWT_ISS and JWT_ISSUER are two values of iss"},
		{"JWT_LEEWAY=10", "verify", "leeway 10s JWT_LEEWAY"},
		{"JWT_LEEWAY=1m", "verify", "leeway 1m JWT_LEEWAY"},
		{"A=b\nJWT_AUD=", "verify", "2: JWT_AUD is empty"},
		{"JWT_KEY=k.pem\nJWT_SECRET=s", "sign", "key k.pem JWT_KEY; secret s JWT_SECRET"},
	} {
		list, err := ParseEnv([]byte(test.file), noEnvironment)
		if err != nil {
			t.Fatal(err)
		}
		ours := own
		if test.command == "probe" {
			ours = nil
		}
		found, err := Meanings(list, test.command, ours)
		var words []string
		for _, m := range found {
			words = append(words, m.Setting+" "+m.Value+" "+m.Name)
		}
		slices.Sort(words)
		got := strings.Join(words, "; ")
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s of %q:\n got  %s\n want %s", test.command, test.file, got, test.want)
		}
		if _, clash := errors.AsType[*ClashError](err); clash != strings.Contains(test.want, "two values") {
			t.Errorf("%q: %T", test.file, err)
		}
	}
}
