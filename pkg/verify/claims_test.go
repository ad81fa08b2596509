package verify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// mismatch is the failure of a claim.
func mismatch(id, code, want, got, near string) verify.Check {
	return fail(verify.ClaimMismatch, id, code, want, got, near)
}

func TestB10Type(t *testing.T) {
	header := func(typ string) string { return `{"alg":"HS256","typ":` + typ + `}` }
	accessToken := verify.Policy{Type: "at+jwt"}
	for _, w := range []row{
		{name: "the same", header: header(`"at+jwt"`), policy: accessToken, want: pass("typ", "at+jwt")},
		{name: "in another case", header: header(`"AT+JWT"`), policy: accessToken, want: pass("typ", "AT+JWT")},
		{name: "with application", header: header(`"application/at+jwt"`), policy: accessToken, want: pass("typ", "application/at+jwt")},
		{name: "with Application", header: header(`"Application/At+JWT"`), policy: accessToken, want: pass("typ", "Application/At+JWT")},
		{name: "application expected", header: header(`"at+jwt"`), policy: verify.Policy{Type: "application/at+jwt"}, want: pass("typ", "at+jwt")},
		{name: "JWT", header: header(`"jwt"`), policy: verify.Policy{Type: "JWT"}, want: pass("typ", "jwt")},

		{name: "another", header: header(`"JWT"`), policy: accessToken, want: mismatch("typ", "wrong-typ", "at+jwt", "JWT", "")},
		{name: "another tree", header: header(`"text/at+jwt"`), policy: accessToken, want: mismatch("typ", "wrong-typ", "at+jwt", "text/at+jwt", "")},
		{name: "application twice", header: header(`"application/application/at+jwt"`), policy: accessToken,
			want: mismatch("typ", "wrong-typ", "at+jwt", "application/application/at+jwt", "")},
		{name: "white space", header: header(`" at+jwt"`), policy: accessToken, want: mismatch("typ", "wrong-typ", "at+jwt", " at+jwt", "")},
		{name: "a part", header: header(`"jwt"`), policy: accessToken, want: mismatch("typ", "wrong-typ", "at+jwt", "jwt", "")},
		{name: "empty", header: header(`""`), policy: accessToken, want: mismatch("typ", "wrong-typ", "at+jwt", "", "")},
		{name: "missing", policy: accessToken, want: mismatch("typ", "missing", "at+jwt", "", "")},
		{name: "in the claims", claims: `{"typ":"at+jwt","exp":1700003600}`, policy: accessToken, want: mismatch("typ", "missing", "at+jwt", "", "")},
		{name: "not expected", header: header(`"at+jwt"`), want: verify.Check{ID: "typ"}},
	} {
		w.run(t)
	}
}

func TestE5IssuerAndSubject(t *testing.T) {
	const want = "https://id.example.com/"
	for _, id := range []string{"iss", "sub"} {
		expecting := func(text string) verify.Policy {
			if id == "iss" {
				return verify.Policy{Issuer: text}
			}
			return verify.Policy{Subject: text}
		}
		with := func(value string) string { return `{"` + id + `":` + value + `,"exp":1700003600}` }
		other := func(value, got, near string) row {
			return row{name: id + " " + value, claims: with(value), policy: expecting(want), want: mismatch(id, "wrong-"+id, want, got, near)}
		}
		for _, w := range []row{
			{name: id + " the same", claims: with(`"` + want + `"`), policy: expecting(want), want: pass(id, want)},
			{name: id + " escaped", claims: with(`"\u0068ttps:\/\/id.example.com/"`), policy: expecting(want), want: pass(id, want)},
			other(`"https://id.example.com"`, "https://id.example.com", verify.NearSlash),
			other(`"https://ID.example.com/"`, "https://ID.example.com/", verify.NearCase),
			other(`" https://id.example.com/"`, " "+want, verify.NearSpace),
			other(`"https://id.example.com/\n"`, want+"\n", verify.NearSpace),
			other(`"https://id.example.com/x"`, want+"x", ""),
			other(`"https://id.example.com/\u0000"`, want+"\x00", ""),
			other(`"https://id.example.com.evil.example/"`, "https://id.example.com.evil.example/", ""),
			other(`"https://id.ex\u0430mple.com/"`, "https://id.ex\u0430mple.com/", ""), // a Cyrillic a
			other(`""`, `""`, ""),
			{name: id + " with the slash expected away", claims: with(`"a/"`), policy: expecting("a"), want: mismatch(id, "wrong-"+id, "a", "a/", verify.NearSlash)},
			// U+00E9, and e with U+0301: the same to the eye and not to RFC 7519 §1.1.
			{name: id + " normalised", claims: with("\"\u00e9\""), policy: expecting("e\u0301"), want: mismatch(id, "wrong-"+id, "e\u0301", "\u00e9", "")},
			{name: id + " missing", policy: expecting(want), want: mismatch(id, "missing", want, "", "")},
			{name: id + " under another name", claims: `{"ISS":"a","SUB":"a","i\u017f\u017f":"a","\u017fub":"a","exp":1700003600}`, policy: expecting("a"),
				want: mismatch(id, "missing", "a", "", "")},
			{name: id + " not expected", claims: with(`"a"`), want: verify.Check{ID: id}},
		} {
			w.run(t)
		}
		for _, value := range []string{`1`, `null`, `true`, `["` + want + `"]`, `{"a":1}`} {
			for _, expected := range []string{"", want} {
				row{
					name: fmt.Sprintf("%s %s, %q expected", id, value, expected), claims: with(value), policy: expecting(expected),
					want: mismatch(id, "claim-type", expected, value, ""),
				}.run(t)
			}
		}
	}
}

func TestE4Audience(t *testing.T) {
	with := func(value string) string { return `{"aud":` + value + `,"exp":1700003600}` }
	api := verify.Policy{Audience: []string{"api"}}
	either := verify.Policy{Audience: []string{"api", "https://api.example.com"}}
	const eitherText = "api, https://api.example.com"
	for _, w := range []row{
		{name: "the same", claims: with(`"api"`), policy: api, want: pass("aud", "api")},
		{name: "the only one", claims: with(`["api"]`), policy: api, want: pass("aud", `["api"]`)},
		{name: "one of two", claims: with(`["web","api"]`), policy: api, want: pass("aud", `["web","api"]`)},
		{name: "one of two expected", claims: with(`"https://api.example.com"`), policy: either, want: pass("aud", "https://api.example.com")},
		{name: "one of two of one of two", claims: with(`["web","https://api.example.com"]`), policy: either, want: pass("aud", `["web","https://api.example.com"]`)},

		{name: "another", claims: with(`"web"`), policy: api, want: mismatch("aud", "wrong-aud", "api", "web", "")},
		{name: "others", claims: with(`["web","mail"]`), policy: either, want: mismatch("aud", "wrong-aud", eitherText, `["web","mail"]`, "")},
		{name: "longer", claims: with(`"api2"`), policy: api, want: mismatch("aud", "wrong-aud", "api", "api2", "")},
		{name: "shorter", claims: with(`"ap"`), policy: api, want: mismatch("aud", "wrong-aud", "api", "ap", "")},
		{name: "in a list in text", claims: with(`"api,web"`), policy: api, want: mismatch("aud", "wrong-aud", "api", "api,web", "")},
		{name: "empty", claims: with(`""`), policy: api, want: mismatch("aud", "wrong-aud", "api", `""`, "")},
		{name: "no element", claims: with(`[]`), policy: api, want: mismatch("aud", "wrong-aud", "api", `[]`, "")},
		{name: "an empty element", claims: with(`[""]`), policy: api, want: mismatch("aud", "wrong-aud", "api", `[""]`, "")},
		{name: "missing", policy: api, want: mismatch("aud", "missing", "api", "", "")},
		{name: "missing, two expected", policy: either, want: mismatch("aud", "missing", eitherText, "", "")},

		{name: "in another case", claims: with(`"API"`), policy: api, want: mismatch("aud", "wrong-aud", "api", "API", verify.NearCase)},
		{name: "with a space", claims: with(`[" api"]`), policy: api, want: mismatch("aud", "wrong-aud", "api", `[" api"]`, verify.NearSpace)},
		{name: "with a slash", claims: with(`["web","https://api.example.com/"]`), policy: either,
			want: mismatch("aud", "wrong-aud", eitherText, `["web","https://api.example.com/"]`, verify.NearSlash)},
		{name: "the first of two near ones", claims: with(`["Api","https://api.example.com/"]`), policy: either,
			want: mismatch("aud", "wrong-aud", eitherText, `["Api","https://api.example.com/"]`, verify.NearCase)},

		{name: "not expected", claims: with(`"api"`), want: verify.Check{ID: "aud"}},
		{name: "neither expected nor there", want: verify.Check{ID: "aud"}},
	} {
		w.run(t)
	}
	for _, value := range []string{`1`, `null`, `true`, `{}`, `["api",1]`, `[["api"]]`, `[null]`} {
		for _, policy := range []verify.Policy{api, {}} {
			row{
				name: fmt.Sprintf("%s, %q expected", value, policy.Audience), claims: with(value), policy: policy,
				want: mismatch("aud", "claim-type", strings.Join(policy.Audience, ""), value, ""),
			}.run(t)
		}
	}
	many := `["` + strings.Repeat(`x","`, 100_000) + `api"]`
	row{name: "one of very many", claims: with(many), policy: api, want: pass("aud", many[:400]+"…")}.run(t)
}

// Of a name that starts with "/", a claim with that very name comes before the
// place that it leads to as a JSON Pointer.
const deepClaims = `{"exp":1700003600,"null":null,"empty":"","realm":{"roles":["a","b"],"n":{"x":1}},"/a/b":"whole","a":{"b":"deep"},` +
	`"https://example.com/roles":["r"],"x/y":1,"~z":2,"~":{"/":3}}`

func TestRequire(t *testing.T) {
	for name, found := range map[string]bool{
		"exp": true, "empty": true, "realm": true, "https://example.com/roles": true,
		"/realm/roles": true, "/realm/roles/1": true, "/realm/n/x": true, "/a/b": true, "/x~1y": true, "/~0z": true, "/~0/~1": true,
		"Exp": false, "roles": false, "realm.roles": false, "realm/roles": false, "/realm/roles/2": false, "/realm/roles/-": false,
		"/realm/roles/01": false, "/realm/x": false, "/null/x": false, "/": false, "/x/y": false, "/~z": false, "": false,
	} {
		want := mismatch("require:"+name, "missing", name, "", "")
		if found {
			want = pass("require:"+name, "")
		}
		row{name: name, claims: deepClaims, policy: verify.Policy{Require: []string{name}}, want: want}.run(t)
	}
	for name, w := range map[string]struct {
		claims string
		want   verify.Check
	}{
		"null":      {deepClaims, mismatch("require:null", "missing", "null", "null", "")},
		"client_id": {`{"exp":1700003600,"client_id":5}`, mismatch("require:client_id", "claim-type", "client_id", "5", "")},
		"sid":       {`{"exp":1700003600,"sid":""}`, pass("require:sid", "")},
	} {
		row{name: name, claims: w.claims, policy: verify.Policy{Require: []string{name}}, want: w.want}.run(t)
	}
	// Where it is not demanded, a client_id may be anything; a jti never (RFC 7519 §4.1.7).
	row{name: "client_id", claims: `{"exp":1700003600,"client_id":5}`, want: pass("signature", "HS256")}.run(t)
	for _, jti := range []string{"null", "5", "[]", "{}"} {
		row{name: "jti", claims: `{"exp":1700003600,"jti":` + jti + `}`, want: mismatch("jti", "claim-type", "", jti, "")}.run(t)
	}
	row{name: "one of", claims: `{"exp":1700003600,"sid":null}`, policy: verify.Policy{OneOf: []string{"sub", "sid"}}, want: mismatch("require:sub|sid", "missing", "sub, sid", "", "")}.run(t)
}

// TestE6FirmClaimIsAtItsPath: no claim whose name looks like a path stands in for
// what a kind of token has there.
func TestE6FirmClaimIsAtItsPath(t *testing.T) {
	claims := `{"exp":1700003600,"/a/b":{}}`
	row{name: "firm", claims: claims, policy: verify.Policy{Claims: []verify.Claim{{Name: "/a/b", Value: []byte("{}"), Whole: true, Firm: true}}}, want: mismatch("claim:/a/b", "missing", "{}", "", "")}.run(t)
	row{name: "not firm", claims: claims, policy: verify.Policy{Claims: []verify.Claim{{Name: "/a/b", Value: []byte("{}"), Whole: true}}}, want: pass("claim:/a/b", "{}")}.run(t)
}

func TestClaims(t *testing.T) {
	text := func(name, value string) verify.Claim {
		quoted, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return verify.Claim{Name: name, Value: quoted}
	}
	whole := func(name, value string) verify.Claim {
		return verify.Claim{Name: name, Value: json.RawMessage(value), Whole: true}
	}
	const claims = `{"exp":1700003600,"role":"admin","roles":["admin","user"],"n":1.0,"big":12345678901234567890,"on":true,"null":null,` +
		`"numbers":[1,2],"o":{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}},"list":[["x"],{"y":1}],"/a/b":"whole","a":{"b":"deep","c":"deep"}}`
	for _, tt := range []struct {
		want    verify.Claim
		got     string // empty: there is none
		fails   bool
		comment string
	}{
		{want: text("role", "admin"), got: "admin"},
		{want: text("role", "Admin"), got: "admin", fails: true},
		{want: text("role", "adm"), got: "admin", fails: true},
		{want: text("roles", "user"), got: `["admin","user"]`, comment: "a text may be one of an array's"},
		{want: text("roles", "use"), got: `["admin","user"]`, fails: true},
		{want: text("roles", `["admin","user"]`), got: `["admin","user"]`, fails: true, comment: "a text is no JSON"},
		{want: text("list", "x"), got: `[["x"],{"y":1}]`, fails: true, comment: "not one deeper"},
		{want: text("n", "1"), got: "1.0", fails: true, comment: "a text is no number"},
		{want: text("on", "true"), got: "true", fails: true},
		{want: text("null", "null"), got: "null", fails: true},
		{want: text("none", ""), fails: true},
		{want: text("Role", "admin"), fails: true},

		{want: whole("role", `"admin"`), got: "admin"},
		{want: whole("roles", `"admin"`), got: `["admin","user"]`, fails: true, comment: "the whole array"},
		{want: whole("roles", `["admin","user"]`), got: `["admin","user"]`},
		{want: whole("roles", `["user","admin"]`), got: `["admin","user"]`, fails: true, comment: "in this order"},
		{want: whole("roles", `["admin"]`), got: `["admin","user"]`, fails: true},
		{want: whole("n", `1`), got: "1.0"},
		{want: whole("n", `10e-1`), got: "1.0"},
		{want: whole("n", `2`), got: "1.0", fails: true},
		{want: whole("n", `"1.0"`), got: "1.0", fails: true},
		{want: whole("big", `12345678901234567890`), got: "12345678901234567890"},
		{want: whole("big", `12345678901234567891`), got: "12345678901234567890", fails: true, comment: "beyond a float64"},
		{want: whole("on", `true`), got: "true"},
		{want: whole("on", `false`), got: "true", fails: true},
		{want: whole("null", `null`), got: "null"},
		{want: whole("none", `null`), fails: true, comment: "missing is not null"},
		{want: whole("numbers", `1`), got: "[1,2]", fails: true},

		{want: whole("o", `{}`), got: `{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}}`, comment: "a part of an object"},
		{want: whole("o", `{"a":1}`), got: `{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}}`},
		{want: whole("o", `{"b":{"e":2.0,"c":[1,{"d":"e"}]}}`), got: `{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}}`},
		{want: whole("o", `{"b":{"e":2}}`), got: `{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}}`, fails: true, comment: "of the outermost only"},
		{want: whole("o", `{"a":1,"z":1}`), got: `{"a":1,"b":{"c":[1,{"d":"\u0065"}],"e":2}}`, fails: true},
		{want: whole("role", `{}`), got: "admin", fails: true},
		{want: whole("roles", `{}`), got: `["admin","user"]`, fails: true},

		{want: text("/roles/0", "admin"), got: "admin"},
		{want: text("/roles/1", "admin"), got: "user", fails: true},
		{want: text("/o/b/c/1/d", "e"), got: "e"},
		{want: whole("/o/b", `{"e":2}`), got: `{"c":[1,{"d":"\u0065"}],"e":2}`},
		{want: text("/roles/2", "admin"), fails: true},
		{want: text("/a/b", "whole"), got: "whole", comment: "the very name first"},
		{want: text("/a/b", "deep"), got: "whole", fails: true},
		{want: text("/a/c", "deep"), got: "deep"},
	} {
		id := "claim:" + tt.want.Name
		expected := string(tt.want.Value)
		if plain := ""; json.Unmarshal(tt.want.Value, &plain) == nil && expected != "null" && plain != "" {
			expected = plain // a text is shown bare
		}
		want := pass(id, tt.got)
		switch {
		case tt.fails && tt.got == "":
			want = mismatch(id, "missing", expected, "", "")
		case tt.fails:
			want = mismatch(id, "wrong-claim", expected, tt.got, "")
			if !tt.want.Whole && tt.got == expected { // a text, and the same as another type
				want.Near = verify.NearJSON
			}
		}
		row{
			name: fmt.Sprintf("%s %s %t %s", tt.want.Name, tt.want.Value, tt.want.Whole, tt.comment), claims: claims,
			policy: verify.Policy{Claims: []verify.Claim{tt.want}}, want: want,
		}.run(t)
	}
	// Several of one claim are all demanded.
	k := secret(t, secretText)
	both := verify.Policy{Claims: []verify.Claim{text("roles", "admin"), text("roles", "user")}}
	if r := judge(t, signed(t, "HS256", k, plainHeader, claims), setOf(k), both); r.Outcome() != verify.Valid {
		t.Errorf("%q: %+v", r.Outcome(), failures(r))
	}
	both.Claims[1] = text("roles", "root")
	if r := judge(t, signed(t, "HS256", k, plainHeader, claims), setOf(k), both); r.Outcome() != verify.ClaimMismatch || len(failures(r)) != 1 {
		t.Errorf("%q: %+v", r.Outcome(), failures(r))
	}
}

func TestScopes(t *testing.T) {
	const claims = `{"exp":1700003600,"scope":"read write","scp":["user.read","mail read"],"permissions":["delete:all"]}`
	const all = `read write, ["user.read","mail read"], ["delete:all"]`
	for _, tt := range []struct {
		scope, claims string
		passes        bool
		got, near     string
	}{
		{"read", claims, true, "read write", ""},
		{"write", claims, true, "read write", ""},
		{"user.read", claims, true, `["user.read","mail read"]`, ""},
		{"delete:all", claims, true, `["delete:all"]`, ""},
		{"mail", claims, false, all, ""}, // an element is one scope
		{"rea", claims, false, all, ""},
		{"read write", claims, false, all, ""},
		{"READ", claims, false, all, verify.NearCase},
		{"Delete:all", claims, false, all, verify.NearCase},

		{"a", `{"exp":1700003600,"scp":"b a"}`, true, "b a", ""},
		{"a", `{"exp":1700003600,"scope":["b","a"]}`, true, `["b","a"]`, ""},
		{"a", `{"exp":1700003600,"permissions":"a"}`, true, "a", ""},
		{"a", `{"exp":1700003600,"permissions":"b a"}`, false, "b a", ""},   // nobody defines that
		{"a", `{"exp":1700003600,"scope":"b\ta"}`, false, "b\ta", ""},       // no separator
		{"a", `{"exp":1700003600,"scope":"b,a"}`, false, "b,a", ""},         // nor is this
		{"a", `{"exp":1700003600,"scope":["a",1]}`, false, `["a",1]`, ""},   // no list of scopes
		{"a", `{"exp":1700003600,"Scope":"a","scopes":"a"}`, false, "", ""}, // names are exact
		{"a", `{"exp":1700003600,"scope":""}`, false, `""`, ""},             // none
		{"a", `{"exp":1700003600,"scope":[]}`, false, `[]`, ""},             // none
		{"1", `{"exp":1700003600,"scope":1}`, false, "1", ""},               // no text
		{"a", `{"exp":1700003600,"o":{"scope":"a"}}`, false, "", ""},        // another's
		{"a", `{"exp":1700003600,"scope":{"a":true}}`, false, `{"a":true}`, verify.NearMember},
		{"b", `{"exp":1700003600,"scope":{"a":true}}`, false, `{"a":true}`, ""},
	} {
		id := "scope:" + tt.scope
		want := mismatch(id, "wrong-scope", tt.scope, tt.got, tt.near)
		if tt.passes {
			want = pass(id, tt.got)
		}
		row{name: tt.scope + " " + tt.claims, claims: tt.claims, policy: verify.Policy{Scopes: []string{tt.scope}}, want: want}.run(t)
	}
	// Of several each is demanded.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, plainHeader, claims), setOf(k), verify.Policy{Scopes: []string{"read", "a", "delete:all", "b"}})
	if f := failures(r); r.Outcome() != verify.ClaimMismatch || len(f) != 2 {
		t.Errorf("%q: %+v", r.Outcome(), f)
	}
}

// TestUnless: a claim may excuse a token from claims and scopes, and from nothing
// else.
func TestUnless(t *testing.T) {
	k := secret(t, secretText)
	admin := verify.Claim{Name: "admin", Value: json.RawMessage("true"), Whole: true}
	root := verify.Claim{Name: "/roles/0", Value: json.RawMessage(`"root"`)}
	policy := verify.Policy{
		Claims: []verify.Claim{{Name: "team", Value: json.RawMessage(`"a"`)}}, Scopes: []string{"read"},
		Unless: []verify.Claim{admin, root},
	}
	for claims, excused := range map[string]bool{
		`{"exp":1700003600,"admin":true}`:              true,
		`{"exp":1700003600,"roles":["root"]}`:          true,
		`{"exp":1700003600,"admin":true,"scope":"x"}`:  true,
		`{"exp":1700003600,"admin":"true"}`:            false,
		`{"exp":1700003600,"admin":false}`:             false,
		`{"exp":1700003600,"roles":["user","root"]}`:   false,
		`{"exp":1700003600,"Admin":true}`:              false,
		`{"exp":1700003600,"realm":{"admin":true}}`:    false,
		`{"exp":1700003600}`:                           false,
		`{"exp":1700003600,"admin":null,"roles":null}`: false,
	} {
		r := judge(t, signed(t, "HS256", k, plainHeader, claims), setOf(k), policy)
		_, unchecked, _ := ids(r)
		if excused && (r.Outcome() != verify.Valid || !slices.Equal(unchecked, []string{"claim:team", "scope:read"})) {
			t.Errorf("%s: %q, not checked %q", claims, r.Outcome(), unchecked)
		}
		if !excused && (r.Outcome() != verify.ClaimMismatch || len(failures(r)) != 2 || len(unchecked) > 0) {
			t.Errorf("%s: %q, not checked %q", claims, r.Outcome(), unchecked)
		}
	}
	// Everything else fails as ever: as many checks as without it.
	policy.Issuer, policy.Subject, policy.Audience, policy.Type, policy.Require = "a", "b", []string{"c"}, "d", []string{"e"}
	r := judge(t, signed(t, "HS256", secret(t, strings.ToUpper(secretText)), plainHeader,
		`{"admin":true,"iat":1800000000,"nbf":1800000000,"exp":1}`), setOf(k), policy)
	var failed []string
	for _, c := range failures(r) {
		failed = append(failed, c.ID)
	}
	if want := []string{"signature", "typ", "iss", "aud", "sub", "require:e", "iat", "nbf", "exp"}; !slices.Equal(failed, want) {
		t.Errorf("failed: %q\nwant    %q", failed, want)
	}
	// A payload that was not read as claims excuses nobody.
	parsed, err := token.ParseRaw(signed(t, "HS256", k, plainHeader, `{"admin":true}`))
	if err != nil {
		t.Fatal(err)
	}
	if o := verify.Token(parsed, setOf(k), verify.Policy{Now: now, RawPayload: true, Scopes: []string{"a"}, Unless: policy.Unless}).Outcome(); o != verify.ClaimMismatch {
		t.Errorf("a raw payload: %q", o)
	}
}

// TestE6Kinds: what tells one kind of token from another.
func TestE6Kinds(t *testing.T) {
	typed := func(typ string) string { return `{"alg":"HS256","typ":"` + typ + `"}` }
	untyped := verify.Policy{Untyped: true}
	logout := verify.Policy{Type: "logout+jwt", Untyped: true}
	forbid := verify.Policy{Forbid: []string{"nonce"}}
	oneOf := verify.Policy{OneOf: []string{"sub", "sid"}}
	firm := verify.Policy{
		Claims: []verify.Claim{{Name: "type", Value: []byte(`"auth"`), Whole: true, Firm: true}},
		Unless: []verify.Claim{{Name: "admin", Value: []byte(`true`), Whole: true}},
	}
	with := func(claims string) string { return `{` + claims + `,"exp":1700003600}` }
	for _, w := range []row{
		{name: "no typ", policy: untyped, want: pass("typ", "")},
		{name: "JWT", header: typed("JWT"), policy: untyped, want: pass("typ", "JWT")},
		{name: "application/jwt", header: typed("application/jwt"), policy: untyped, want: pass("typ", "application/jwt")},
		{name: "another kind", header: typed("at+jwt"), policy: untyped, want: mismatch("typ", "wrong-typ", "JWT", "at+jwt", "")},
		{name: "empty", header: typed(""), policy: untyped, want: mismatch("typ", "wrong-typ", "JWT", "", "")},
		{name: "no typ, if there is one", policy: logout, want: pass("typ", "")},
		{name: "JWT, if there is one", header: typed("JWT"), policy: logout, want: pass("typ", "JWT")},
		{name: "the same, if there is one", header: typed("Logout+JWT"), policy: logout, want: pass("typ", "Logout+JWT")},
		{name: "another kind, if there is one", header: typed("at+jwt"), policy: logout, want: mismatch("typ", "wrong-typ", "logout+jwt", "at+jwt", "")},

		{name: "not there", policy: forbid, want: pass("forbid:nonce", "")},
		{name: "under another name", claims: with(`"Nonce":"n"`), policy: forbid, want: pass("forbid:nonce", "")},
		{name: "there", claims: with(`"nonce":"n"`), policy: forbid, want: mismatch("forbid:nonce", "forbidden", "", "n", "")},
		{name: "there as null", claims: with(`"nonce":null`), policy: forbid, want: mismatch("forbid:nonce", "forbidden", "", "null", "")},

		{name: "the first of two", claims: with(`"sub":"a"`), policy: oneOf, want: pass("require:sub|sid", "")},
		{name: "the second of two", claims: with(`"sid":"a"`), policy: oneOf, want: pass("require:sub|sid", "")},
		{name: "both", claims: with(`"sub":"a","sid":"b"`), policy: oneOf, want: pass("require:sub|sid", "")},
		{name: "neither", policy: oneOf, want: mismatch("require:sub|sid", "missing", "sub, sid", "", "")},

		{name: "firm", claims: with(`"type":"auth","admin":true`), policy: firm, want: pass("claim:type", "auth")},
		{name: "firm, and nothing makes up for it", claims: with(`"type":"refresh","admin":true`), policy: firm,
			want: mismatch("claim:type", "wrong-claim", "auth", "refresh", "")},
	} {
		w.run(t)
	}
}

func TestE6AuthorizedParty(t *testing.T) {
	with := func(aud, azp string) string { return `{"aud":` + aud + azp + `,"exp":1700003600}` }
	anybody := verify.Policy{Party: true}
	us := verify.Policy{Party: true, Audience: []string{"us", "we"}}
	const two = `["us","them"]`
	for _, w := range []row{
		{name: "one audience", claims: with(`"us"`, ``), policy: us, want: verify.Check{ID: "azp"}},
		{name: "one audience in an array", claims: with(`["us"]`, ``), policy: us, want: verify.Check{ID: "azp"}},
		{name: "one audience, issued to another", claims: with(`"us"`, `,"azp":"app"`), policy: us, want: verify.Check{ID: "azp"}},
		{name: "no audience", policy: anybody, want: verify.Check{ID: "azp"}},
		{name: "to us", claims: with(two, `,"azp":"us"`), policy: us, want: pass("azp", "us")},
		{name: "to somebody", claims: with(two, `,"azp":"them"`), policy: anybody, want: pass("azp", "them")},
		{name: "to them", claims: with(two, `,"azp":"them"`), policy: us, want: mismatch("azp", "wrong-azp", "us, we", "them", "")},
		{name: "in another case", claims: with(two, `,"azp":"US"`), policy: us, want: mismatch("azp", "wrong-azp", "us, we", "US", "")},
		{name: "not said", claims: with(two, ``), policy: us, want: mismatch("azp", "missing", "us, we", "", "")},
		{name: "no text", claims: with(two, `,"azp":["us"]`), policy: us, want: mismatch("azp", "claim-type", "us, we", `["us"]`, "")},
		{name: "null", claims: with(`"us"`, `,"azp":null`), policy: us, want: mismatch("azp", "claim-type", "us, we", "null", "")},
		{name: "not asked for", claims: with(two, `,"azp":1`), want: verify.Check{ID: "azp"}},
	} {
		w.run(t)
	}
}

// TestE6Unread: what was not read as claims meets no demand about them.
func TestE6Unread(t *testing.T) {
	k := secret(t, secretText)
	for id, policy := range map[string]verify.Policy{
		"forbid:nonce":    {Forbid: []string{"nonce"}},
		"require:sub|sid": {OneOf: []string{"sub", "sid"}},
		"azp":             {Party: true},
	} {
		policy.RawPayload = true
		r := judge(t, signed(t, "HS256", k, plainHeader, `{"sub":"a","azp":"us"}`), setOf(k), policy)
		if f := failures(r); len(f) != 1 || f[0].ID != id || r.Outcome() != verify.ClaimMismatch {
			t.Errorf("%s: %q, %+v", id, r.Outcome(), f)
		}
	}
}
