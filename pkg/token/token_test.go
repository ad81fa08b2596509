package token_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// join makes a token of three texts, each encoded; nothing is signed.
func join(parts ...string) string {
	for i, part := range parts {
		parts[i] = strict.EncodeBase64URL([]byte(part))
	}
	return strings.Join(parts, ".")
}

const (
	header = `{"alg":"HS256","typ":"JWT"}`
	claims = `{"sub":"alice","exp":1796112000}`
)

// rfc7515 is the token of RFC 7515 §A.1. Its header and payload have line breaks.
const rfc7515 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
	".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
	".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func TestParse(t *testing.T) {
	got, err := token.Parse(rfc7515)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Header.Raw()) != "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}" {
		t.Errorf("the header is %q", got.Header.Raw())
	}
	if want := "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"; string(got.Payload) != want || string(got.Claims.Raw()) != want {
		t.Errorf("the payload is %q, the claims are %q", got.Payload, got.Claims.Raw())
	}
	if len(got.Signature) != 32 || got.Signature[0] != 0x74 || got.Signature[31] != 0x79 {
		t.Errorf("the signature is %x", got.Signature)
	}
	// Not made again from what they decode to: these are the received bytes.
	last := strings.LastIndexByte(rfc7515, '.')
	if string(got.SigningInput()) != rfc7515[:last] || got.String() != rfc7515 {
		t.Errorf("the signing input is %q", got.SigningInput())
	}
	h, p, s := got.Segments()
	if h+"."+p+"."+s != rfc7515 || s != rfc7515[last+1:] {
		t.Errorf("the segments are %q, %q, %q", h, p, s)
	}
}

// found is what a token is said to have, as "part: reason".
func found(problems []token.Problem) []string {
	var list []string
	for _, p := range problems {
		list = append(list, fmt.Sprintf("%s: %s", p.Part, p.Reason))
	}
	return list
}

func TestInspect(t *testing.T) {
	h, p, s := join(header), join(claims), join("signature")
	large := join(header, `{"a":"`+strings.Repeat("x", token.MaxSize)+`"}`, "signature")
	for _, row := range []struct {
		name  string
		text  string
		shown string // how much can be read: nothing, the header, or the claims too
		want  []string
	}{
		{"a token", h + "." + p + "." + s, "claims", nil},
		{"an empty signature is for verify to judge (A2)", h + "." + p + ".", "claims", nil},
		{"any alg will do (G5)", join(`{"alg":"x"}`, `{}`, "s"), "claims", nil},
		{"no alg will do (G5)", join(`{}`, `{}`, "s"), "claims", nil},

		{"empty", "", "", []string{"token: empty"}},
		{"too long (C10)", large, "", []string{"token: too-long"}},
		{"a million dots (C10)", strings.Repeat(".", token.MaxSize), "", []string{"token: segments", "header: syntax"}},
		{"a line break inside (C6)", h + "." + p + ".\n" + s, "", []string{"token: white-space"}},
		{"CRLF inside (C6)", h + "\r\n." + p + "." + s, "", []string{"token: white-space"}},
		{"a space inside (C6)", h + "." + p + " ." + s, "", []string{"token: white-space"}},
		{"a tab inside (C6)", h + ".\t" + p + "." + s, "", []string{"token: white-space"}},
		{"a space at the end (C6)", h + "." + p + "." + s + " ", "", []string{"token: white-space"}},
		{"two tokens", h + "." + p + "." + s + " " + h + "." + p + "." + s, "", []string{"token: white-space"}},
		{"the flattened JSON form (C1)", `{"protected":"` + h + `","payload":"` + p + `","signature":"` + s + `","sub":"admin"}`, "", []string{"token: json-form"}},
		{"a text in JSON form and compact (C2)", `{"a":".."}`, "", []string{"token: json-object"}},
		{"a JSON array", `["` + h + `"]`, "", []string{"token: segments"}},

		{"one part", h, "", []string{"token: segments"}},
		{"two parts (A2)", h + "." + p, "claims", []string{"signature: no-signature"}},
		{"two parts, the second empty", h + ".", "header", []string{"signature: no-signature", "payload: syntax"}},
		{"four parts (C5)", h + "." + p + "." + s + "." + s, "header", []string{"token: segments"}},
		{"a dot too many (C5)", h + "." + p + "." + s + ".", "header", []string{"token: segments"}},
		{"five parts, a JWE (C3)", join(`{"alg":"RSA-OAEP","enc":"A256GCM"}`, "key", "iv", "text", "tag"), "header", []string{"token: encrypted"}},
		{"a JWE with its key agreed (C3)", join(`{"alg":"dir","enc":"A256GCM"}`) + ".." + join("iv", "text", "tag"), "header", []string{"token: encrypted"}},
		{"five parts, but no JWE (C5)", join(header, "a", "b", "c", "d"), "header", []string{"token: segments"}},
		{"six parts (C5)", join(header, "a", "b", "c", "d", "e"), "header", []string{"token: segments"}},
		{"nothing but dots (C5)", "..", "", []string{"header: syntax"}},
		{"a dot in front (C5)", "." + h + "." + p, "", []string{"header: syntax"}},
		{"SD-JWT", h + "." + p + "." + s + "~" + join(`["salt","name","value"]`) + "~", "claims", []string{"token: sd-jwt"}},
		{"SD-JWT with a key binding", h + "." + p + "." + s + "~" + s + "~" + h + "." + p + "." + s, "claims", []string{"token: sd-jwt"}},

		{"a padded header (C7)", h + "=." + p + "." + s, "", []string{"header: padding"}},
		{"a padded payload (C7)", h + "." + p + "=." + s, "header", []string{"payload: padding"}},
		{"a padded signature (C7)", h + "." + p + "." + s + "=", "claims", []string{"signature: padding"}},
		{"the standard alphabet (C7)", h + "." + p + ".+/", "claims", []string{"signature: alphabet"}},
		{"a no-break space (C6)", h + "." + p + "." + s + "\u00a0", "claims", []string{"signature: alphabet"}},
		{"a zero-width space (C6)", h + "." + p + "\u200b." + s, "header", []string{"payload: alphabet"}},
		{"a cut signature", h + "." + p + ".AAAAA", "claims", []string{"signature: length"}},
		{"unused bits (C8)", h + "." + p + ".AB", "claims", []string{"signature: canonical"}},
		{"unused bits in the payload (C8)", h + ".e31.", "header", []string{"payload: canonical"}},
		{"unused bits in the header (C8)", "e31." + p + "." + s, "", []string{"header: canonical"}},

		{"a header cut short", join(`{"alg":`, claims, "s"), "", []string{"header: syntax"}},
		{"a header that is no object (D4)", join(`null`, claims, "s"), "", []string{"header: not-object"}},
		{"something behind the header (D3)", join(header+"{}", claims, "s"), "", []string{"header: trailing"}},
		{"a byte order mark (D5)", join("\ufeff"+header, claims, "s"), "", []string{"header: bom"}},
		{"a deep header (D6)", join(`{"a":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`, claims, "s"), "", []string{"header: depth"}},
		{"alg twice (D1)", join(`{"alg":"none","alg":"HS256"}`, claims, "s"), "claims", []string{"header: duplicate"}},
		{"alg twice, once escaped (D1)", join(`{"alg":"none","\u0061lg":"HS256"}`, claims, "s"), "claims", []string{"header: duplicate"}},
		{"a header that is not UTF-8 (D5)", join("{\"kid\":\"\xff\"}", claims, "s"), "claims", []string{"header: utf-8"}},
		{"half a pair (D5)", join(`{"kid":"\ud83d"}`, claims, "s"), "claims", []string{"header: surrogate"}},

		{"a payload that is text", join(header, "hello", "s"), "header", []string{"payload: syntax"}},
		{"an empty payload (C5)", h + ".." + s, "header", []string{"payload: syntax"}},
		{"claims that are no object (D4)", join(header, `[]`, "s"), "header", []string{"payload: not-object"}},
		{"something behind the claims (D3)", join(header, claims+" x", "s"), "header", []string{"payload: trailing"}},
		{"deep claims (D6)", join(header, `{"a":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`, "s"), "header", []string{"payload: depth"}},
		{"exp twice (D1)", join(header, `{"exp":1,"exp":2}`, "s"), "claims", []string{"payload: duplicate"}},
		{"claims that are not UTF-8 (D5)", join(header, "{\"sub\":\"\xff\"}", "s"), "claims", []string{"payload: utf-8"}},

		{"a token inside (C4)", join(header, h+"."+p+"."+s, "s"), "header", []string{"payload: nested"}},
		{"a token of no signature inside (C4)", join(header, h+"."+p+".", "s"), "header", []string{"payload: nested"}},
		{"a JWE inside (C4)", join(header, "a.b.c.d.e", "s"), "header", []string{"payload: nested"}},

		{"all is wrong", join(`{"a":1,"a":2}`, `x`) + ".A", "header", []string{"header: duplicate", "payload: syntax", "signature: length"}},
		{"a broken header hides the rest", join(`x`, `x`) + ".A", "", []string{"header: syntax"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, problems := token.Inspect(row.text)
			if !slices.Equal(found(problems), row.want) {
				t.Errorf("it finds %q, want %q", found(problems), row.want)
			}
			if shown := shown(got); shown != row.shown {
				t.Errorf("it shows %q, want %q", shown, row.shown)
			}

			parsed, err := token.Parse(row.text)
			e, ok := errors.AsType[*token.ParseError](err)
			switch {
			case len(row.want) == 0:
				if err != nil || parsed.String() != row.text {
					t.Errorf("Parse: %v", err)
				}
			case !ok || parsed != nil || e.Problem != problems[0]:
				t.Errorf("Parse gives %v, %v; the first problem is %v", parsed, err, problems[0])
			}
		})
	}
}

func shown(t *token.Token) string {
	switch {
	case t == nil:
		return ""
	case len(t.Claims.Raw()) == 0:
		return "header"
	}
	return "claims"
}

// TestSegments: the parts of what could be read, and nothing else under a name
// that is not its own.
func TestSegments(t *testing.T) {
	h, p, s := join(header), join(claims), join("signature")
	jwe := join(`{"alg":"RSA-OAEP","enc":"A256GCM"}`, "key", "iv", "text", "tag")
	for _, row := range []struct {
		text string
		want [3]string
	}{
		{h + "." + p + "." + s, [3]string{h, p, s}},
		{h + "." + p + ".", [3]string{h, p, ""}},
		{h + "." + p, [3]string{h, p, ""}},
		{h + ".", [3]string{h, "", ""}},
		{h + ".." + s, [3]string{h, "", s}},
		{h + ".x=.y=", [3]string{h, "x=", "y="}},
		{h + "." + p + "." + s + "~disclosure~", [3]string{h, p, s}},
		{jwe, [3]string{jwe[:strings.IndexByte(jwe, '.')], "", ""}},
		{h + "." + p + "." + s + "." + s, [3]string{h, "", ""}},
	} {
		got, _ := token.Inspect(row.text)
		if got == nil {
			t.Errorf("%q: nothing could be read", row.text)
			continue
		}
		if h, p, s := got.Segments(); [3]string{h, p, s} != row.want {
			t.Errorf("%q has %q, want %q", row.text, [3]string{h, p, s}, row.want)
		}
	}
}

// TestParseRaw: the payload may be any bytes, but all else is as for [token.Parse].
func TestParseRaw(t *testing.T) {
	h, p, s := join(header), join(claims), join("signature")
	for _, row := range []struct {
		text string
		want strict.Reason // "" if it is accepted
	}{
		{h + "." + p + "." + s, ""},
		{join(header, "hello", "s"), ""},
		{join(header, "", "s"), ""},
		{join(header, "\x00\xff", "s"), ""},
		{join(header, `[1]`, "s"), ""},
		{join(header, `{"a":1,"a":2}`, "s"), ""},
		{join(header, `{"a":1} x`, "s"), ""},
		{join(header, h+"."+p+"."+s, "s"), ""},

		{h + ".AA=." + s, strict.Padding},
		{h + ".A+." + s, strict.Alphabet},
		{h + ".A." + s, strict.Length},
		{h + ".AB." + s, strict.Canonical},
		{h + "." + p + ".AB", strict.Canonical},
		{h + "." + p, token.NoSignature},
		{join(`{"a":1,"a":2}`, "hello", "s"), strict.Duplicate},
		{join(`[]`, "hello", "s"), strict.NotObject},
		{h + "." + p + "." + s + "~", token.SDJWT},
		{join(`{"enc":"A256GCM"}`) + "....", token.Encrypted},
		{h + "....", token.Segments},
		{h + "." + p + "." + s + ".", token.Segments},
		{"", token.Empty},
		{" ", token.WhiteSpace},
		{"{}", token.OtherJSON},
	} {
		got, err := token.ParseRaw(row.text)
		e, ok := errors.AsType[*token.ParseError](err)
		switch {
		case row.want == "" && (err != nil || got.String() != row.text):
			t.Errorf("ParseRaw(%q): %v", row.text, err)
		case row.want != "" && (!ok || e.Reason != row.want || got != nil):
			t.Errorf("ParseRaw(%q): %v, want %s", row.text, err, row.want)
		}
	}
}

func TestSizeLimit(t *testing.T) {
	front := join(header, claims) + "."
	longest := front + strings.Repeat("A", (token.MaxSize-len(front))&^3)
	if _, err := token.Parse(longest); err != nil {
		t.Errorf("%d bytes: %v", len(longest), err)
	}
	longer := front + strings.Repeat("A", token.MaxSize-len(front)+1)
	if _, err := token.Parse(longer); err == nil {
		t.Errorf("%d bytes are accepted", len(longer))
	}
}

// TestG6ProblemsNeverQuote: a token is a secret. Only a name that stands twice is
// said, as it cannot be found otherwise.
func TestG6ProblemsNeverQuote(t *testing.T) {
	const marked = "hunter2"
	h, p, s := join(`{"alg":"`+marked+`"}`), join(`{"`+marked+`":"`+marked+`"}`), join(marked)
	for _, text := range []string{
		h, h + "." + p, h + "." + p + "." + s + "=", h + "." + p + " " + s, h + "." + p + "." + s + "." + s, h + "." + p + "." + s + "~" + s,
		join(`{"alg":"` + marked), join(marked, marked, marked), marked, marked + "." + marked, "{" + marked, `{"a":"` + marked + `"}`,
		join(`{"a":"hunter2","a":"hunter2"}`, `{"b":"hunter2","b":"hunter2"}`, "s"), join("{\"hunter2\":\"\xff\"}", `{"hunter2":"\ud83d"}`, "s"),
		join(header, h+"."+p+"."+s, "s"), h + "." + h + "." + h + "." + h + "." + h,
	} {
		_, problems := token.Inspect(text)
		if len(problems) == 0 {
			t.Errorf("%q has no problem", text)
		}
		for _, problem := range problems {
			said := (&token.ParseError{Problem: problem}).Error()
			for _, secret := range append(strings.Split(text, "."), marked) {
				if len(secret) > 5 && strings.Contains(said, secret) {
					t.Errorf("%q: %s", text, said)
				}
			}
		}
	}
}

func TestEncode(t *testing.T) {
	var signed string
	got, err := token.Encode([]byte(header), []byte("{ }"), func(input []byte) ([]byte, error) {
		signed = string(input)
		return []byte("signature"), nil
	})
	if want := join(header, "{ }", "signature"); err != nil || got != want || signed != join(header, "{ }") {
		t.Errorf("%q, %v over %q; want %q", got, err, signed, want)
	}
	refusal := errors.New("no")
	if got, err := token.Encode([]byte(header), []byte("{}"), func([]byte) ([]byte, error) { return []byte("x"), refusal }); !errors.Is(err, refusal) || got != "" {
		t.Errorf("with a signer that fails: %q, %v", got, err)
	}
}

func FuzzInspect(f *testing.F) {
	h, p, s := join(header), join(claims), join("signature")
	for _, seed := range []string{
		rfc7515, "", ".", "..", "....", "~", h, h + ".", h + "." + p, h + "." + p + ".", h + "." + p + "." + s, h + "." + p + "." + s + "~" + s + "~",
		h + ".." + s, h + "....", h + "." + p + "." + s + "=", h + "." + p + ".AB", `{"payload":""}`, join(header, h+"."+p+"."+s, "s"),
		join(`{"a":1,"a":2}`, "{\"\xff\":1}", ""),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown, problems := token.Inspect(text)
		if shown == nil && len(problems) == 0 {
			t.Fatalf("%q: neither a token nor a problem", text)
		}
		if shown != nil {
			h, p, s := shown.Segments()
			if !strings.HasPrefix(text, h) || !strings.HasPrefix(text, string(shown.SigningInput())) || len(h)+len(p)+len(s) > len(text) {
				t.Fatalf("%q has the segments %q, %q, %q", text, h, p, s)
			}
		}
		got, err := token.Parse(text)
		if (err == nil) != (len(problems) == 0) {
			t.Fatalf("%q: Parse says %v, Inspect %v", text, err, problems)
		}
		if err != nil {
			return
		}
		h, p, s := got.Segments()
		if got.String() != text || string(got.SigningInput())+"."+s != text || h+"."+p+"."+s != text {
			t.Fatalf("%q became %q", text, got.String())
		}
		// One text for each token: it could not have been written another way.
		if again := join(string(got.Header.Raw()), string(got.Payload), string(got.Signature)); again != text {
			t.Fatalf("%q and %q are one token", text, again)
		}
		if raw, err := token.ParseRaw(text); err != nil || raw.String() != text {
			t.Fatalf("%q: ParseRaw says %v", text, err)
		}
		if clean, removed := token.Clean(text); clean != text || len(removed) > 0 {
			t.Fatalf("Clean changes the token %q to %q", text, clean)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(rfc7515)))
	for b.Loop() {
		if _, err := token.Parse(rfc7515); err != nil {
			b.Fatal(err)
		}
	}
}
