package ui

import (
	"fmt"
	"strings"
	"testing"
)

// payload is an access token's, of about 500 bytes.
const payload = `{"iss":"https://id.example.com/realms/main","sub":"248289761001","aud":["https://api.example.com","account"],` +
	`"exp":1893456000,"nbf":1893452400,"iat":1893452400,"jti":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6","azp":"web",` +
	`"name":"Zoë Ångström","email":"zoe@example.com","email_verified":true,"scope":"openid profile email orders:read",` +
	`"realm_access":{"roles":["offline_access","uma_authorization","orders-admin"]},"session_state":"9b2f6f0e-8f2c-4a5e"}`

func TestIndentKeepsWhatWasReceived(t *testing.T) {
	raw := " {\"z\":9007199254740993,\"a\":1e400,\"sub\":\"x\",\r\"sub\" : \"y\\u002f\\/\",\"f\":1.0,\"n\":-0,\"e\":{ },\"l\":[],\"deep\":[{\"\u202e\":null}]}\r\n "
	want := `{
>   "z": 9007199254740993,
>   "a": 1e400,
>   "sub": "x",
>   "sub": "y\u002f\/",
>   "f": 1.0,
>   "n": -0,
>   "e": {},
>   "l": [],
>   "deep": [
>     {
>       "\u202e": null
>     }
>   ]
> }`
	if got := string(Indent([]byte(raw), "> ")); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestIndentOfWhatIsNotJSON(t *testing.T) {
	for raw, want := range map[string]string{
		"":                       "",
		"<html>\n\x1b[2J":        `<html>\u000a\u001b[2J`,
		`{"a":1} trailing`:       `{"a":1} trailing`,
		"{\"a\":\"raw\nbreak\"}": `{"a":"raw\u000abreak"}`,
	} {
		if got := string(Indent([]byte(raw), "  ")); got != want {
			t.Errorf("Indent(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestEscapeJSONTouchesNothingElse(t *testing.T) {
	for raw, want := range map[string]string{
		"{\n\t\"a\" : 1.0 }\n":      "{\n\t\"a\" : 1.0 }\n",
		"{\"a\":1,\r\"a\":2}\r\n":   "{\"a\":1, \"a\":2} \n",
		"[\"\\\\\u200b\", \"\\n\"]": `["\\\u200b", "\n"]`,
	} {
		if got := string(EscapeJSON([]byte(raw))); got != want {
			t.Errorf("EscapeJSON(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestNothingToEscapeCostsNothing(t *testing.T) {
	raw := []byte(payload)
	if out := EscapeJSON(raw); &out[0] != &raw[0] || len(out) != len(raw) {
		t.Error("EscapeJSON does not return its input")
	}
	if n := testing.AllocsPerRun(100, func() { EscapeJSON(raw) }); n > 0 {
		t.Errorf("EscapeJSON allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { Escape(payload) }); n > 0 {
		t.Errorf("Escape allocates %v times", n)
	}
}

func BenchmarkEscapeJSON(b *testing.B) {
	for name, raw := range map[string]string{
		"clean":   payload,
		"hostile": strings.ReplaceAll(payload, "-", "\u202e"),
	} {
		b.Run(fmt.Sprintf("%s-%d", name, len(raw)), func(b *testing.B) {
			raw := []byte(raw)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				EscapeJSON(raw)
			}
		})
	}
}

func BenchmarkIndent(b *testing.B) {
	raw := []byte(payload)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Indent(raw, "  ")
	}
}
