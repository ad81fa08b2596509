//go:build lab && linux

package cmd

import "time"

// consumerServers are the consumers, with what is true of each: it was read in the
// source of the library that is named beside it, and holds for the versions that
// testdata/lab/requirements pins.
var consumerServers = []consumerServer{
	{
		name:    "flask-pyjwt",
		servers: []labServer{{Run: "waitress", Venv: "flask-pyjwt", App: "flask_pyjwt_api"}},
		consumers: []labConsumer{
			flaskPyJWT("/hs256/protected", "secret", "auth"),
			flaskPyJWT("/rs256/protected", "rsa", "auth"),
			flaskPyJWT("/hs256/refresh", "secret", "refresh"),
			flaskPyJWT("/rs256/refresh", "rsa", "refresh"),
			// What require_token is given beyond the type: 403 is its answer where
			// the token itself is good (flask_pyjwt/utils.py).
			flaskPyJWT("/hs256/user/alice", "secret", "auth").also(nil,
				labRefusal{name: "another user", claims: map[string]any{"sub": "bob"}, answers: labAnswers{403, "Missing required claim(s)"}},
			),
			flaskPyJWT("/hs256/custom", "secret", "auth").also([]string{"-P", "custom_claim=Arbitrary Required Value"},
				labRefusal{name: "no claim", claims: map[string]any{"custom_claim": nil}, answers: labAnswers{403, "Missing required claim(s)"}},
				labRefusal{name: "in a list", claims: map[string]any{"custom_claim": []string{"Arbitrary Required Value"}}, answers: labAnswers{403, "Missing required claim(s)"}},
			),
			flaskPyJWT("/rs256/admin", "rsa", "auth").also([]string{"-P", `scope:={"admin":true}`},
				labRefusal{name: "no scope", claims: map[string]any{"scope": nil}, answers: labAnswers{403, "Missing required scope(s)"}},
				labRefusal{name: "scope as text", claims: map[string]any{"scope": "admin"}, answers: labAnswers{403, "Missing required scope(s)"}},
				labRefusal{name: "true as text", claims: map[string]any{"scope": map[string]any{"admin": "true"}}, answers: labAnswers{403, "Missing required scope(s)"}},
			),
			flaskPyJWT("/hs256/overridable/bob", "secret", "auth").also([]string{"-P", "admin:=true"},
				labRefusal{name: "without override", claims: map[string]any{"admin": nil}, answers: labAnswers{403, "Missing required claim(s)"}},
				// The docstring of require_token says that the override is looked for
				// in the scope; its code looks among the claims.
				labRefusal{name: "override in scope", claims: map[string]any{"admin": nil, "scope": map[string]any{"admin": true}}, answers: labAnswers{403, "Missing required claim(s)"}},
			),
		},
		issues: []consumerIssue{
			{path: "/hs256/login", member: "auth_token", key: "secret", verify: []string{"--as", "flask-pyjwt-auth", "-i", "Flask_PyJWT", "--claim", "/scope/admin:=true"}},
			{path: "/hs256/login", member: "refresh_token", key: "secret", verify: []string{"--as", "flask-pyjwt-refresh", "-i", "Flask_PyJWT"}},
			{path: "/rs256/login", member: "auth_token", key: "rsa", verify: []string{"--as", "flask-pyjwt-auth", "-i", "Flask_PyJWT"}},
			{path: "/rs256/login", member: "refresh_token", key: "rsa", verify: []string{"--as", "flask-pyjwt-refresh", "-i", "Flask_PyJWT"}},
		},
	},
	{name: "waitress-mariadb", consumers: []labConsumer{flaskJWT}, issues: flaskJWTIssues},
	{name: "apache-mod-wsgi-mariadb-passauth", consumers: []labConsumer{flaskJWT}, issues: flaskJWTIssues},
	{
		name: "apache-mod-wsgi-mariadb", // who logs in gets a token that is of no use
		consumers: []labConsumer{{
			name: "flask-jwt", key: "secret", carry: "JWT", path: "/protected", sign: flaskJWT.sign,
			answers: labAnswers{401, "Request does not contain an access token"},
		}},
		issues: flaskJWTIssues,
	},
	{
		name:    "flask-jwt-extended",
		servers: []labServer{{Run: "waitress", Venv: "flask-jwt-extended", App: "extended"}},
		consumers: []labConsumer{
			flaskJWTExtended("/me", "access", "false",
				labRefusal{name: "refresh token", claims: map[string]any{"type": "refresh"}, answers: labAnswers{422, "Only non-refresh tokens are allowed"}},
				// What is missing is filled in: flask_jwt_extended/tokens.py, _decode_jwt.
				labRefusal{name: "no type", claims: map[string]any{"type": nil}, answers: labAnswers{status: 200}},
				labRefusal{name: "any type", claims: map[string]any{"type": "auth"}, answers: labAnswers{status: 200}},
				labRefusal{name: "no jti, fresh, nbf or iat", claims: map[string]any{"jti": nil, "fresh": nil, "nbf": nil, "iat": nil}, answers: labAnswers{status: 200}},
				labRefusal{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{status: 200}},
			),
			flaskJWTExtended("/fresh", "access", "true",
				labRefusal{name: "not fresh", claims: map[string]any{"fresh": false}, answers: labAnswers{401, "Fresh token required"}},
				labRefusal{name: "no fresh", claims: map[string]any{"fresh": nil}, answers: labAnswers{401, "Fresh token required"}},
				// As seconds since 1970 it is when the token ceases to be fresh:
				// flask_jwt_extended/view_decorators.py, _verify_token_is_fresh.
				labRefusal{name: "fresh for a minute", claims: map[string]any{"fresh": time.Minute}, answers: labAnswers{status: 200}},
				labRefusal{name: "fresh until now", claims: map[string]any{"fresh": -time.Second}, answers: labAnswers{401, "Fresh token required"}},
			),
			flaskJWTExtended("/refresh", "refresh", "false",
				labRefusal{name: "access token", claims: map[string]any{"type": "access"}, answers: labAnswers{422, "Only refresh tokens are allowed"}},
				labRefusal{name: "no type", claims: map[string]any{"type": nil}, answers: labAnswers{422, "Only refresh tokens are allowed"}},
			),
		},
		issues: []consumerIssue{
			{path: "/tokens", member: "access_token", key: "secret", verify: []string{"--require", "sub,jti,iat,nbf,exp", "--claim", "type=access", "--claim", "fresh:=true"}},
			{path: "/tokens", member: "refresh_token", key: "secret", verify: []string{"--require", "sub,jti,iat,nbf,exp", "--claim", "type=refresh"}},
		},
	},
	{
		name:    "auth0",
		servers: []labServer{{Run: "waitress", Venv: "python-jose", App: "auth0_api"}},
		consumers: []labConsumer{{
			name: "auth0-api", key: "rsa", carry: "Bearer", path: "/api/private-scoped",
			sign:   []string{"-i", "${ISSUER}/", "-s", "alice", "-a", "https://api.example.com", "-a", "https://example.com/userinfo", "-e", "1h", "-P", "scope=openid read:messages"},
			verify: []string{"-i", "${ISSUER}/", "-a", "https://api.example.com", "--scope", "read:messages"},
			refuses: []labRefusal{
				{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "token_expired"}},
				{name: "not valid yet", claims: map[string]any{"nbf": time.Minute}, answers: labAnswers{says: "not yet valid (nbf)"}},
				{name: "issuer without slash", claims: map[string]any{"iss": "https://id.example.com"}, answers: labAnswers{says: "Invalid issuer"}},
				{name: "no iss", claims: map[string]any{"iss": nil}, answers: labAnswers{says: "Invalid issuer"}},
				{name: "another audience", claims: map[string]any{"aud": "https://other.example.com"}, answers: labAnswers{says: "Invalid audience"}},
				// jose/jwt.py, _validate_aud, _validate_exp: what is not there is not looked at.
				{name: "no aud", claims: map[string]any{"aud": nil}, answers: labAnswers{status: 200}},
				{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{status: 200}},
				{name: "sub as number", claims: map[string]any{"sub": 7}, answers: labAnswers{says: "Subject must be a string"}},
				{name: "jti as number", claims: map[string]any{"jti": 7}, answers: labAnswers{says: "JWT ID must be a string"}},
				{name: "another scope", claims: map[string]any{"scope": "openid"}, answers: labAnswers{status: 403, says: "insufficient_scope"}},
				{name: "another kid", header: map[string]any{"kid": "another"}, answers: labAnswers{says: "no key of this kid"}},
				// The quickstart reads header["kid"] unasked.
				{name: "no kid", header: map[string]any{"kid": nil}, answers: labAnswers{status: 500}},
			},
		}},
	},
	{
		name:      "rules",
		servers:   []labServer{{Run: "waitress", Venv: "pyjwt", App: "rules_api"}},
		consumers: consumersByRule,
	},
	{
		name:    "node",
		servers: []labServer{{Run: "node", Venv: labNode, App: "services"}},
		consumers: []labConsumer{
			{
				name: "access-token", key: "rsa", carry: "Bearer", path: "/messages",
				sign:   accessToken,
				verify: []string{"--as", "access-token", "-i", "${ISSUER}/", "-a", "https://api.example.com", "--scope", "read:messages"},
				odd:    map[string]labAnswers{"none": {status: 401}},
				refuses: []labRefusal{
					{name: "expired", claims: map[string]any{"exp": -7 * time.Second}, answers: labAnswers{says: "invalid_token"}},
					// Its clockTolerance is 5 s, unless one says otherwise.
					{name: "expired within the tolerance", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{status: 200}},
					{name: "typ JWT", header: map[string]any{"typ": "JWT"}, answers: labAnswers{says: "Unexpected 'typ' value"}},
					{name: "typ in full", header: map[string]any{"typ": "application/at+jwt"}, answers: labAnswers{status: 200}},
					{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{says: "Unexpected 'exp' value"}},
					{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: "Unexpected 'iat' value"}},
					{name: "no sub", claims: map[string]any{"sub": nil}, answers: labAnswers{says: "Unexpected 'sub' value"}},
					{name: "no client_id", claims: map[string]any{"client_id": nil}, answers: labAnswers{says: "Unexpected 'client_id' value"}},
					{name: "no jti", claims: map[string]any{"jti": nil}, answers: labAnswers{says: "Unexpected 'jti' value"}},
					{name: "another issuer", claims: map[string]any{"iss": "https://other.example.com/"}, answers: labAnswers{says: "Unexpected 'iss' value"}},
					{name: "another audience", claims: map[string]any{"aud": "https://other.example.com"}, answers: labAnswers{says: "Unexpected 'aud' value"}},
					{name: "another scope", claims: map[string]any{"scope": "openid"}, answers: labAnswers{status: 403, says: "insufficient_scope"}},
				},
			},
			{
				name: "oauth-client-assertion", key: "rsa", carry: "client assertion", path: "/oidc/token",
				sign:    []string{"--as", "oauth-client-assertion", "-i", "assertion-client", "-a", "${URL}/oidc/token"},
				answers: labAnswers{says: `"token_type":"Bearer"`},
				odd: map[string]labAnswers{
					"none":        {400, "no client authentication mechanism provided"},
					"three words": {400, "invalid client_assertion format"},
				},
				refuses: []labRefusal{
					{name: "for the issuer", claims: map[string]any{"aud": "${URL}/oidc"}, answers: labAnswers{status: 200}},
					{name: "sent again", again: true, answers: labAnswers{says: "must only be used once"}},
					{name: "expired", claims: map[string]any{"exp": -20 * time.Second}, answers: labAnswers{says: "jwt expired"}},
					{name: "not valid yet", claims: map[string]any{"nbf": time.Minute}, answers: labAnswers{says: "jwt not active yet"}},
					{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{says: "expiration must be specified"}},
					{name: "no jti", claims: map[string]any{"jti": nil}, answers: labAnswers{says: "unique jti"}},
					{name: "no iss", claims: map[string]any{"iss": nil}, answers: labAnswers{says: "iss (JWT issuer) must be provided"}},
					{name: "another iss", claims: map[string]any{"iss": "other"}, answers: labAnswers{says: "iss (JWT issuer) must be the client_id"}},
					{name: "another sub", claims: map[string]any{"sub": "other"}, answers: labAnswers{says: "client not found"}},
					{name: "no sub", claims: map[string]any{"sub": nil}, answers: labAnswers{says: "sub (JWT subject) must be provided"}},
					{name: "no aud", claims: map[string]any{"aud": nil}, answers: labAnswers{says: "aud (JWT audience) must be provided"}},
					{name: "another audience", claims: map[string]any{"aud": "https://other.example.com/token"}, answers: labAnswers{says: "audience (aud) must equal"}},
				},
			},
			{
				name: "dpop", key: "ec", carry: "proof", path: "/oidc/token",
				sign:    []string{"--as", "dpop", "--htm", "POST", "--htu", "${URL}/oidc/token"},
				answers: labAnswers{says: `"token_type":"DPoP"`},
				odd: dpopOdd(map[string]labAnswers{
					"none": {200, `"token_type":"Bearer"`}, // as it was before RFC 9449
				}),
				refuses: []labRefusal{
					{name: "sent again", again: true, answers: labAnswers{400, "Replay detected"}},
					{name: "typ JWT", header: map[string]any{"typ": "JWT"}, answers: labAnswers{400, `unexpected "typ"`}},
					{name: "no jwk", header: map[string]any{"jwk": nil}, answers: labAnswers{400, `"jwk"`}},
					{name: "old", claims: map[string]any{"iat": -6 * time.Minute}, answers: labAnswers{400, "iat is not recent enough"}},
					{name: "of the future", claims: map[string]any{"iat": 6 * time.Minute}, answers: labAnswers{400, "iat is not recent enough"}},
					{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{400, "iat"}},
					{name: "no jti", claims: map[string]any{"jti": nil}, answers: labAnswers{400, "must have a jti string"}},
					{name: "another method", claims: map[string]any{"htm": "GET"}, answers: labAnswers{400, "htm mismatch"}},
					{name: "method in small letters", claims: map[string]any{"htm": "post"}, answers: labAnswers{400, "htm mismatch"}},
					{name: "another URL", claims: map[string]any{"htu": "https://other.example.com/token"}, answers: labAnswers{400, "htu mismatch"}},
				},
			},
			{
				name: "dpop", key: "ec", carry: "token and proof", path: "/messages",
				access: append([]string{"-P", `cnf:={"jkt":"${EC_KID}"}`}, accessToken...),
				sign:   []string{"--as", "dpop", "--htm", "GET", "--htu", "${URL}/messages", "-P", "ath=${ATH}"},
				odd:    dpopOdd(map[string]labAnswers{"none": {status: 400}}),
				refuses: []labRefusal{
					{name: "typ JWT", header: map[string]any{"typ": "JWT"}, answers: labAnswers{status: 400, says: "invalid_dpop_proof"}},
					{name: "old", claims: map[string]any{"iat": -10 * time.Minute}, answers: labAnswers{status: 400, says: "outside the acceptable range"}},
					{name: "no jti", claims: map[string]any{"jti": nil}, answers: labAnswers{400, "jti"}},
					{name: "another method", claims: map[string]any{"htm": "POST"}, answers: labAnswers{400, "htm mismatch"}},
					{name: "another URL", claims: map[string]any{"htu": "https://other.example.com/"}, answers: labAnswers{400, "htu mismatch"}},
					{name: "no ath", claims: map[string]any{"ath": nil}, answers: labAnswers{400, "ath"}},
					{name: "of another token", claims: map[string]any{"ath": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}, answers: labAnswers{400, "mismatch"}},
				},
			},
		},
	},
}

// also is the consumer with more for sign, and with these refusals instead.
func (c labConsumer) also(sign []string, refuses ...labRefusal) labConsumer {
	c.sign = append(c.sign, sign...)
	c.refuses = refuses
	return c
}

// flaskPyJWT is Flask_PyJWT 1.0.0: flask_pyjwt/manager.py (verify_token), jwt.py
// (from_signed_token) and utils.py (require_token).
func flaskPyJWT(path, key, kind string) labConsumer {
	other := map[string]string{"auth": "refresh", "refresh": "auth"}[kind]
	bad := labAnswers{says: kind + " token is not valid"}
	return labConsumer{
		name: "flask-pyjwt-" + kind, key: key, carry: "Bearer", path: path,
		sign:   []string{"-i", "Flask_PyJWT", "-s", "alice", "--as", "flask-pyjwt-" + kind},
		verify: []string{"--as", "flask-pyjwt-" + kind, "-i", "Flask_PyJWT"},
		// from_signed_token looks alg up in an enum, and nobody catches its KeyError.
		odd: map[string]labAnswers{"unsigned": {status: 500}},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: bad},
			{name: "not valid yet", claims: map[string]any{"nbf": time.Minute}, answers: bad},
			{name: "of the future", claims: map[string]any{"iat": time.Minute}, answers: bad},
			{name: "another issuer", claims: map[string]any{"iss": "other"}, answers: bad},
			{name: "with an audience", claims: map[string]any{"aud": "api"}, answers: bad}, // it can expect none
			{name: "sub as number", claims: map[string]any{"sub": 7}, answers: bad},        // PyJWT, since 2.10
			{name: "no exp", claims: map[string]any{"exp": nil}, answers: bad},
			{name: "no iat", claims: map[string]any{"iat": nil}, answers: bad},
			{name: "no iss", claims: map[string]any{"iss": nil}, answers: bad},
			{name: "no sub", claims: map[string]any{"sub": nil}, answers: bad},
			{name: "no type", claims: map[string]any{"type": nil}, answers: bad},
			{name: "the other type", claims: map[string]any{"type": other}, answers: labAnswers{says: "Invalid token type of TokenType."}},
			{name: "another type", claims: map[string]any{"type": "access"}, answers: labAnswers{status: 500}}, // the same
			// The other claims are keyword arguments of JWT, beside this one.
			{name: "a claim token_type", claims: map[string]any{"token_type": "Bearer"}, answers: labAnswers{status: 500}},
			{name: "no typ", header: map[string]any{"typ": nil}, answers: bad},
			{name: "typ at+jwt", header: map[string]any{"typ": "at+jwt"}, answers: labAnswers{status: 200}},
			{name: "scheme JWT", carry: "JWT", answers: labAnswers{says: "Improperly formatted or missing Authorization header"}},
			{name: "scheme bearer", carry: "bearer", answers: labAnswers{status: 200}},
		},
	}
}

// flaskJWT is Flask-JWT 0.3.2 with PyJWT 1.4.2: flask_jwt/__init__.py.
var flaskJWT = labConsumer{
	name: "flask-jwt", key: "secret", carry: "JWT", path: "/protected",
	sign:   []string{"--as", "flask-jwt", "-P", "identity:=7"},
	verify: []string{"--as", "flask-jwt"},
	odd:    map[string]labAnswers{"none": {401, "Request does not contain an access token"}},
	refuses: []labRefusal{
		{name: "expired", claims: map[string]any{"exp": -12 * time.Second}, answers: labAnswers{says: "Signature has expired"}},
		{name: "expired within JWT_LEEWAY", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{status: 200}},
		{name: "not valid yet", claims: map[string]any{"nbf": time.Minute}, answers: labAnswers{says: "not yet valid"}},
		{name: "of the future", claims: map[string]any{"iat": time.Minute}, answers: labAnswers{says: "Issued At claim (iat) cannot be in the future"}},
		{name: "with an audience", claims: map[string]any{"aud": "api"}, answers: labAnswers{says: "Invalid audience"}},
		{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{says: "Token is missing the \\\"exp\\\" claim"}},
		{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: "Token is missing the \\\"iat\\\" claim"}},
		{name: "no nbf", claims: map[string]any{"nbf": nil}, answers: labAnswers{says: "Token is missing the \\\"nbf\\\" claim"}},
		{name: "nobody", claims: map[string]any{"identity": 8}, answers: labAnswers{says: "User does not exist"}},
		{name: "as text, which MariaDB compares with a number", claims: map[string]any{"identity": "7"}, answers: labAnswers{status: 200}},
		{name: "no identity", claims: map[string]any{"identity": nil}, answers: labAnswers{status: 500}}, // the documentation's identity() reads it unasked
		{name: "no typ", header: map[string]any{"typ": nil}, answers: labAnswers{status: 200}},
		{name: "scheme Bearer", carry: "Bearer", answers: labAnswers{says: "Unsupported authorization type"}},
	},
}

var flaskJWTIssues = []consumerIssue{{
	path: "/auth", json: `{"username":"lab","password":"test-password-of-the-lab"}`,
	member: "access_token", key: "secret", verify: []string{"--as", "flask-jwt", "--claim", "identity:=7"},
}}

// flaskJWTExtended is Flask-JWT-Extended 4.7: flask_jwt_extended/tokens.py
// (_decode_jwt) and jwt_manager.py, whose answer to a bad token is 422.
func flaskJWTExtended(path, kind, fresh string, refuses ...labRefusal) labConsumer {
	unprocessable := labAnswers{status: 422}
	return labConsumer{
		name: "flask-jwt-extended-" + kind, key: "secret", carry: "Bearer", path: path,
		sign: []string{"--as", "flask-jwt-extended", "-s", "lab", "-P", "type=" + kind, "-P", "fresh:=" + fresh},
		odd: map[string]labAnswers{
			"three words":          unprocessable,
			"key of somebody else": {422, "Signature verification failed"},
			"other claims":         unprocessable,
			"unsigned":             unprocessable,
		},
		refuses: append(refuses,
			labRefusal{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "Token has expired"}},
			labRefusal{name: "not valid yet", claims: map[string]any{"nbf": time.Minute}, answers: labAnswers{422, "not yet valid (nbf)"}},
			labRefusal{name: "of the future", claims: map[string]any{"iat": time.Minute}, answers: labAnswers{422, "not yet valid (iat)"}},
			labRefusal{name: "with an audience, where none is expected", claims: map[string]any{"aud": "api"}, answers: labAnswers{status: 200}},
			labRefusal{name: "no sub", claims: map[string]any{"sub": nil}, answers: labAnswers{422, "Missing claim: sub"}},
			labRefusal{name: "sub as number", claims: map[string]any{"sub": 7}, answers: labAnswers{422, "Subject must be a string"}},
			labRefusal{name: "jti as number", claims: map[string]any{"jti": 7}, answers: labAnswers{422, "JWT ID must be a string"}},
			labRefusal{name: "scheme JWT", carry: "JWT", answers: labAnswers{says: "Missing 'Bearer' type"}},
			// view_decorators.py, _decode_jwt_from_headers: case counts, against RFC 9110 §11.1.
			labRefusal{name: "scheme bearer", carry: "bearer", answers: labAnswers{says: "Missing 'Bearer' type"}},
		),
	}
}

// accessToken is what sign is given for one as RFC 9068 has them.
var accessToken = []string{"--as", "access-token", "-i", "${ISSUER}/", "-s", "alice", "-a", "https://api.example.com", "-P", "client_id=client", "-P", "scope=openid read:messages"}

// dpopOdd is that a bad proof is a bad request: RFC 9449 §5.
func dpopOdd(more map[string]labAnswers) map[string]labAnswers {
	for _, name := range []string{"three words", "key of somebody else", "other claims", "unsigned", "public key as secret"} {
		more[name] = labAnswers{400, "invalid_dpop_proof"}
	}
	return more
}

// consumersByRule are judged by testdata/lab/consumers/rules_api.py, which names the
// page that each rule is from.
var consumersByRule = []labConsumer{
	{
		name: "github-app", key: "rsa", carry: "Bearer", path: "/github-app",
		sign: []string{"--as", "github-app", "-i", "Iv23liLabLabLabLabLa"},
		refuses: []labRefusal{
			{name: "app ID as text", claims: map[string]any{"iss": "123456"}, answers: labAnswers{status: 200}},
			{name: "app ID as number", claims: map[string]any{"iss": 123456}, answers: labAnswers{status: 200}},
			{name: "another app", claims: map[string]any{"iss": "other"}, answers: labAnswers{says: "iss must be"}},
			{name: "no iss", claims: map[string]any{"iss": nil}, answers: labAnswers{says: `missing the \"iss\"`}},
			{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: `missing the \"iat\"`}},
			{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{says: `missing the \"exp\"`}},
			{name: "of the future", claims: map[string]any{"iat": time.Minute}, answers: labAnswers{says: "not yet valid (iat)"}},
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "expired"}},
			{name: "valid for long", claims: map[string]any{"exp": 11 * time.Minute}, answers: labAnswers{says: "more than 10 minutes"}},
		},
	},
	{
		name: "apple-client-secret", key: "ec", carry: "client secret", path: "/apple-client-secret",
		sign: []string{"--as", "apple-client-secret", "-i", "DEF123GHIJ", "-s", "com.example.app"},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "expired"}},
			{name: "valid for long", claims: map[string]any{"exp": 15777060 * time.Second}, answers: labAnswers{says: "six months"}},
			{name: "another audience", claims: map[string]any{"aud": "https://example.com"}, answers: labAnswers{says: "Audience"}},
			{name: "another client", claims: map[string]any{"sub": "com.example.other"}, answers: labAnswers{says: "subject"}},
			{name: "another team", claims: map[string]any{"iss": "OTHERTEAM1"}, answers: labAnswers{says: "issuer"}},
			{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{says: `missing the \"exp\"`}},
			{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: `missing the \"iat\"`}},
			{name: "no kid", header: map[string]any{"kid": nil}, answers: labAnswers{says: "kid must be"}},
		},
	},
	{
		name: "apple-push", key: "ec", carry: "Bearer", path: "/apple-push",
		sign: []string{"--as", "apple-push", "-i", "DEF123GHIJ"},
		refuses: []labRefusal{
			{name: "old", claims: map[string]any{"iat": -61 * time.Minute}, answers: labAnswers{says: "more than an hour ago"}},
			{name: "of the future", claims: map[string]any{"iat": time.Minute}, answers: labAnswers{says: "not yet valid (iat)"}},
			{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: `missing the \"iat\"`}},
			{name: "another team", claims: map[string]any{"iss": "OTHERTEAM1"}, answers: labAnswers{says: "issuer"}},
			{name: "no kid", header: map[string]any{"kid": nil}, answers: labAnswers{says: "kid must be"}},
		},
	},
	{
		name: "google-service-account", key: "rsa", carry: "assertion", path: "/google-service-account",
		sign: []string{"--as", "google-service-account", "-i", "lab@project.iam.gserviceaccount.com", "-a", "https://oauth2.googleapis.com/token", "-P", "scope=https://www.googleapis.com/auth/cloud-platform"},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "expired"}},
			{name: "valid for long", claims: map[string]any{"exp": 2 * time.Hour}, answers: labAnswers{says: "more than an hour after iat"}},
			{name: "no scope", claims: map[string]any{"scope": nil}, answers: labAnswers{says: `missing the \"scope\"`}},
			{name: "no iat", claims: map[string]any{"iat": nil}, answers: labAnswers{says: `missing the \"iat\"`}},
			{name: "another audience", claims: map[string]any{"aud": "https://example.com"}, answers: labAnswers{says: "Audience"}},
			{name: "another account", claims: map[string]any{"iss": "other@project.iam.gserviceaccount.com"}, answers: labAnswers{says: "issuer"}},
			{name: "another kid", header: map[string]any{"kid": "another"}, answers: labAnswers{says: "kid must be"}},
		},
	},
	{
		name: "kubernetes-sa", key: "rsa", carry: "Bearer", path: "/kubernetes-sa",
		sign: []string{
			"-i", "https://kubernetes.default.svc.cluster.local", "-s", "system:serviceaccount:default:lab", "--as", "kubernetes-sa",
			"-P", `aud:=["https://kubernetes.default.svc.cluster.local"]`,
			"-P", `kubernetes.io:={"namespace":"default","serviceaccount":{"name":"lab","uid":"5a1ab5a1-0000-4000-8000-000000000000"}}`,
		},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -2 * time.Minute}, answers: labAnswers{says: "expired"}},
			{name: "aud as text", claims: map[string]any{"aud": "https://kubernetes.default.svc.cluster.local"}, answers: labAnswers{says: "aud must be a list"}},
			{name: "another audience", claims: map[string]any{"aud": []string{"https://example.com"}}, answers: labAnswers{says: "Audience"}},
			{name: "another issuer", claims: map[string]any{"iss": "https://example.com"}, answers: labAnswers{says: "issuer"}},
			{name: "no kubernetes.io", claims: map[string]any{"kubernetes.io": nil}, answers: labAnswers{says: "kubernetes.io is missing"}},
			{name: "another namespace", claims: map[string]any{"sub": "system:serviceaccount:other:lab"}, answers: labAnswers{says: "sub is not"}},
			{name: "another UID", claims: map[string]any{"kubernetes.io": map[string]any{"namespace": "default", "serviceaccount": map[string]any{"name": "lab", "uid": "other"}}}, answers: labAnswers{says: "the UID is not"}},
		},
	},
	{
		name: "supabase", key: "secret", carry: "Bearer", path: "/supabase",
		sign: []string{"--as", "supabase", "-i", "https://lab.supabase.co/auth/v1", "-s", "5a1ab5a1-0000-4000-8000-000000000000"},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "expired"}},
			{name: "no role", claims: map[string]any{"role": nil}, answers: labAnswers{says: `missing the \"role\"`}},
			{name: "another role", claims: map[string]any{"role": "other"}, answers: labAnswers{says: "no such role"}},
			{name: "another audience", claims: map[string]any{"aud": "other"}, answers: labAnswers{says: "Audience"}},
			{name: "another project", claims: map[string]any{"iss": "https://other.supabase.co/auth/v1"}, answers: labAnswers{says: "issuer"}},
			{name: "no sub", claims: map[string]any{"sub": nil}, answers: labAnswers{says: `missing the \"sub\"`}},
		},
	},
	{
		name: "hasura", key: "secret", carry: "Bearer", path: "/hasura",
		sign: []string{"--as", "hasura", "-s", "7", "-P", hasuraClaims + `:={"x-hasura-default-role":"user","x-hasura-allowed-roles":["user","editor"],"x-hasura-user-id":"7"}`},
		refuses: []labRefusal{
			{name: "expired", claims: map[string]any{"exp": -time.Second}, answers: labAnswers{says: "expired"}},
			{name: "no exp", claims: map[string]any{"exp": nil}, answers: labAnswers{status: 200}},
			{name: "no claims", claims: map[string]any{hasuraClaims: nil}, answers: labAnswers{says: "must be an object"}},
			{name: "claims as text", claims: map[string]any{hasuraClaims: `{"x-hasura-default-role":"user"}`}, answers: labAnswers{says: "must be an object"}},
			{name: "no default role", claims: hasuraWith(nil, []string{"user"}, "7"), answers: labAnswers{says: "x-hasura-default-role must be"}},
			{name: "no allowed roles", claims: hasuraWith("user", nil, "7"), answers: labAnswers{says: "x-hasura-allowed-roles must be"}},
			{name: "default role not allowed", claims: hasuraWith("admin", []string{"user"}, "7"), answers: labAnswers{says: "is not allowed"}},
			{name: "user ID as number", claims: hasuraWith("user", []string{"user"}, 7), answers: labAnswers{says: "must be texts"}},
		},
	},
}

const hasuraClaims = "https://hasura.io/jwt/claims"

func hasuraWith(role, roles, user any) map[string]any {
	return map[string]any{hasuraClaims: map[string]any{"x-hasura-default-role": role, "x-hasura-allowed-roles": roles, "x-hasura-user-id": user}}
}
