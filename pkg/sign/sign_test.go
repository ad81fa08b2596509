package sign_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// object reads a text that must be an object; "" is the zero Object.
func object(t testing.TB, text string) strict.Object {
	t.Helper()
	if text == "" {
		return strict.Object{}
	}
	o, err := strict.ParseObject([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

// members are names and values by turns.
func members(pairs ...string) []sign.Member {
	var list []sign.Member
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, sign.Member{Name: pair[0], Value: json.RawMessage(pair[1])})
	}
	return list
}

func TestMerge(t *testing.T) {
	for _, row := range []struct {
		name string
		base string
		set  []sign.Member
		want string
	}{
		{"nothing", ``, nil, `{}`},
		{"nothing to an object", ` { "a" : 1.0 } `, nil, ` { "a" : 1.0 } `},
		{"to nothing, in their own order", ``, members("iss", `"x"`, "exp", `1`, "aud", `["a"]`), `{"iss":"x","exp":1,"aud":["a"]}`},
		{"behind what is there", `{"z":1,"a":2}`, members("m", `3`, "b", `4`), `{"z":1,"a":2,"m":3,"b":4}`},
		{"in the place of what is there", `{"a":1,"sub":"x","z":3}`, members("sub", `"y"`), `{"a":1,"sub":"y","z":3}`},
		{"both", "{\n  \"sub\" : \"x\",\n  \"n\" : 1.00\n}\n", members("new", `1`, "sub", `"y"`), "{\n  \"sub\" : \"y\",\n  \"n\" : 1.00,\"new\":1\n}\n"},
		{"a number's text stays", `{"n":12345678901234567890,"e":1e400}`, members("x", `-0`), `{"n":12345678901234567890,"e":1e400,"x":-0}`}, // D7

		{"a path", ``, members("/realm_access/roles", `["admin"]`), `{"realm_access":{"roles":["admin"]}}`},
		{"a path into an object", `{"a":{ "b":1 },"c":2}`, members("/a/d", `3`, "/a/b", `4`), `{"a":{ "b":4,"d":3 },"c":2}`},
		{"a path into an array", `{"roles":[ "a", "b" ]}`, members("/roles/1", `"c"`, "/roles/-", `"d"`), `{"roles":[ "a", "c","d" ]}`},
		{"a path through an array", `{"a":[{"b":1}]}`, members("/a/0/b", `2`), `{"a":[{"b":2}]}`},
		{"a path with escapes", ``, members("/a~1b/c~0d", `1`), `{"a/b":{"c~d":1}}`},
		{"two paths side by side", ``, members("/a/b", `1`, "/a/c", `2`), `{"a":{"b":1,"c":2}}`},
		{"a path into what was set before", ``, members("a", `{}`, "/a/b", `1`), `{"a":{"b":1}}`},

		{"a name with a dot or slash inside is no path", ``, members("https://example.com/roles", `1`, "a.b", `2`, "a/b", `3`), `{"https://example.com/roles":1,"a.b":2,"a/b":3}`},
		{"a name that looks like a path but is there", `{"/a/b":1,"a":{"b":2}}`, members("/a/b", `3`), `{"/a/b":3,"a":{"b":2}}`},
		{"names that differ by case", ``, members("exp", `1`, "EXP", `2`), `{"exp":1,"EXP":2}`}, // D2
		{"a name with NUL and a path are two places", ``, members("a\x00b", `1`, "/a/b", `2`), `{"a\u0000b":1,"a":{"b":2}}`},
		{"the empty name", ``, members("/", `1`), `{"":1}`},
	} {
		base := object(t, row.base)
		got, err := sign.Merge(base, row.set)
		if err != nil || string(got.Raw()) != row.want {
			t.Errorf("%s: %s, %v; want %s", row.name, got.Raw(), err, row.want)
		}
		if string(base.Raw()) != row.base {
			t.Errorf("%s: the base became %s", row.name, base.Raw())
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	const base = `{"sub":"x","n":1,"aud":["a"],"o":{"p":1}}`
	for _, row := range []struct {
		name string
		set  []sign.Member
		want error // nil: any
	}{
		// Which of the two was meant?
		{"twice", members("a", `1`, "a", `2`), sign.ErrTwice},
		{"twice with the same value", members("a", `1`, "a", `1`), sign.ErrTwice},
		{"twice, what the base has", members("sub", `"y"`, "sub", `"z"`), sign.ErrTwice},
		{"with another between", members("a", `1`, "b", `2`, "a", `3`), sign.ErrTwice},
		{"as a name and as a path", members("a", `1`, "/a", `2`), sign.ErrTwice},
		{"as a path and as a name", members("/a", `1`, "a", `2`), sign.ErrTwice},
		{"the same path twice", members("/a/b", `1`, "/a/b", `2`), sign.ErrTwice},
		{"the same element twice", members("/aud/0", `"b"`, "/aud/0", `"c"`), sign.ErrTwice},
		{"what was set inside would be lost", members("/a/b", `1`, "a", `{}`), sign.ErrTwice},
		{"what was set inside the base would be lost", members("/o/p", `2`, "/o", `{}`), sign.ErrTwice},

		{"through a text", members("/sub/x", `1`), strict.ErrStep},
		{"through a number", members("/n/x/y", `1`), strict.ErrStep},
		{"through what was set before", members("a", `"x"`, "/a/b", `1`), strict.ErrStep},
		{"past the end of an array", members("/aud/1", `1`), strict.ErrStep},
		{"an array by name", members("/aud/x", `1`), strict.ErrStep},
		{"no pointer", members("/a~", `1`), strict.ErrPointer},
		{"no pointer, with an unknown escape", members("/a~2b", `1`), strict.ErrPointer},

		{"no value", members("a", ``), nil},
		{"no JSON", members("a", `x`), nil},
		{"more than a value", members("a", `1,"admin":true`), nil},
		{"more than an element", members("/aud/0", `"b","c"`), nil},
		{"a value with a name twice", members("a", `{"b":1,"b":2}`), nil},
		{"a value too deep", members("a", strings.Repeat("[", 64)+strings.Repeat("]", 64)), nil},
	} {
		got, err := sign.Merge(object(t, base), row.set)
		e, ok := errors.AsType[*sign.MemberError](err)
		if !ok || row.want != nil && !errors.Is(err, row.want) || len(got.Raw()) > 0 {
			t.Errorf("%s: %s, %v; want %v", row.name, got.Raw(), err, row.want)
			continue
		}
		if last := row.set[len(row.set)-1].Name; e.Name != last {
			t.Errorf("%s: it blames %q instead of %q", row.name, e.Name, last)
		}
	}
}

// TestD8NamesArrive: jwx 2 writes the first of these as two members.
func TestD8NamesArrive(t *testing.T) {
	names := []string{`x":0,"admin`, `x":0,"admin":true,"y`, `a\`, `"`, "a\nb", "\x00", "\u202e", "}", "__proto__", "é", " "}
	for _, name := range names {
		escaped := "/o/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		got, err := sign.Merge(object(t, `{"o":{}}`), members(name, `true`, escaped, `true`))
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		inner, _ := got.Get("o")
		for _, o := range []strict.Object{got, object(t, string(inner))} {
			value, ok := o.Get(name)
			if !ok || string(value) != "true" || len(o.Members()) > 2 {
				t.Errorf("%q arrived as %s", name, got.Raw())
			}
		}
		if _, ok := got.Get("admin"); ok {
			t.Errorf("%q made an admin: %s", name, got.Raw())
		}
	}
}

// TestH6Check: the types of RFC 7519 §4.1.
func TestH6Check(t *testing.T) {
	good := map[string][]string{
		"iss": {`""`, `"https://id.example.com/"`, `"\u0061"`},
		"sub": {`"alice"`},
		"jti": {`"1"`},
		"aud": {`"a"`, `["a"]`, `["a","b"]`, `[ "a" ]`},
		"exp": {`0`, `1796112000`, `1796112000.5`, `1.796112e9`, `253402300799`},
		"nbf": {`0`, `1796112000`},
		"iat": {`0`, `1796112000`},
		// Nobody's business, whatever they hold.
		"EXP":   {`"tomorrow"`},
		"roles": {`1`, `[1]`, `null`},
		"":      {`null`},
	}
	notText := []string{`1`, `null`, `true`, `["x"]`, `{"x":"y"}`}
	notTime := []string{`"1796112000"`, `"2026-12-01"`, `"tomorrow"`, `null`, `true`, `[1]`, `{}`, `-1`, `1796112000000`, `1e19`, `1e400`, `253402300800`}
	bad := map[string][]string{
		"iss": notText, "sub": notText, "jti": notText,
		"aud": {`1`, `null`, `true`, `{"a":"b"}`, `["a",1]`, `[null]`, `[["a"]]`},
		"exp": notTime, "nbf": notTime, "iat": notTime,
	}
	for name, values := range good {
		for _, value := range values {
			if err := sign.Check(object(t, `{"other":1,"`+name+`":`+value+`}`), strict.Object{}); err != nil {
				t.Errorf("%q: %s: %v", name, value, err)
			}
		}
	}
	for name, values := range bad {
		for _, value := range values {
			err := sign.Check(object(t, `{"other":1,"`+name+`":`+value+`}`), strict.Object{})
			if e, ok := errors.AsType[*sign.MemberError](err); !ok || e.Name != name || e.Why == "" {
				t.Errorf("%q: %s: %v", name, value, err)
			}
		}
	}
	for _, none := range []string{``, `{}`} {
		if err := sign.Check(object(t, none), strict.Object{}); err != nil {
			t.Errorf("no claims: %v", err)
		}
	}
}

func load(t testing.TB, name string) key.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/keys", name))
	if err != nil {
		t.Fatal(err)
	}
	set, err := key.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return set.Keys[0]
}

func lookup(t testing.TB, name string) alg.Algorithm {
	t.Helper()
	a, ok := alg.Lookup(name)
	if !ok {
		t.Fatal(name)
	}
	return a
}

// TestToken: header and claims are signed byte by byte.
func TestToken(t *testing.T) {
	header, claims := "{ \"typ\":\"JWT\",\r\n \"alg\" : \"ES256\" }", "{\n\t\"exp\" : 1.796112E9,\"n\":12345678901234567890 }\n"
	es256 := lookup(t, "ES256")
	made, err := sign.Token(es256, load(t, "ec256.pem"), object(t, header), object(t, claims))
	if err != nil {
		t.Fatal(err)
	}
	got, err := token.Parse(made)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Header.Raw()) != header || string(got.Payload) != claims {
		t.Errorf("it has %q and %q", got.Header.Raw(), got.Payload)
	}
	if err := es256.Verify(load(t, "ec256.pub.pem"), got.SigningInput(), got.Signature); err != nil {
		t.Error(err)
	}
}

// TestA5H5Token: what is signed says truly how, and with a key that fits.
func TestA5H5Token(t *testing.T) {
	ec := load(t, "ec256.pem")
	for _, row := range []struct {
		name   string
		alg    string
		key    key.Key
		header string
	}{
		{"another alg", "ES256", ec, `{"alg":"RS256"}`},
		{"none", "ES256", ec, `{"alg":"none"}`},
		{"another case", "ES256", ec, `{"alg":"es256"}`},
		{"no alg", "ES256", ec, `{"typ":"JWT"}`},
		{"ALG is not alg", "ES256", ec, `{"ALG":"ES256"}`},
		{"an alg that is a list", "ES256", ec, `{"alg":["ES256"]}`},
		{"an alg that is null", "ES256", ec, `{"alg":null}`},
		{"the other name of the same", "EdDSA", load(t, "ed25519.pem"), `{"alg":"Ed25519"}`},
		{"no header", "ES256", ec, ``},

		{"another curve", "ES256", load(t, "ec384.pem"), `{"alg":"ES256"}`},
		{"a key of another kind", "RS256", ec, `{"alg":"RS256"}`},
		{"a public key as a secret", "HS256", load(t, "rsa.pub.pem"), `{"alg":"HS256"}`},
		{"a public key", "ES256", load(t, "ec256.pub.pem"), `{"alg":"ES256"}`},
		{"no key", "ES256", key.Key{}, `{"alg":"ES256"}`},
	} {
		if made, err := sign.Token(lookup(t, row.alg), row.key, object(t, row.header), object(t, `{}`)); err == nil || made != "" {
			t.Errorf("%s: %q, %v", row.name, made, err)
		}
	}
	for _, header := range []string{``, `{}`, `{"alg":""}`, `{"alg":"none"}`} {
		if made, err := sign.Token(alg.Algorithm{}, ec, object(t, header), object(t, `{}`)); err == nil || made != "" {
			t.Errorf("no algorithm with %s: %q", header, made)
		}
	}
}

func BenchmarkToken(b *testing.B) {
	k, err := key.NewSecret([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		b.Fatal(err)
	}
	base, header, hs256 := object(b, `{"iss":"https://id.example.com/"}`), object(b, `{"alg":"HS256","typ":"JWT"}`), lookup(b, "HS256")
	set := members("sub", `"alice"`, "iat", `1796108400`, "exp", `1796112000`)
	b.ReportAllocs()
	for b.Loop() {
		claims, err := sign.Merge(base, set)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := sign.Token(hs256, k, header, claims); err != nil {
			b.Fatal(err)
		}
	}
}
