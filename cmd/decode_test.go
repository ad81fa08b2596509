package cmd

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

func TestRedact(t *testing.T) {
	for value, want := range map[string]string{
		`{}`:                           `{}`,
		`{"sub":"alice"}`:              `{"sub":"<redacted>"}`,
		"{ \"sub\" :\r\n\"alice\" }":   `{"sub":"<redacted>"}`,
		" \t\r\n{\"sub\":\"alice\"} ":  `{"sub":"<redacted>"}`,
		`{"iss":"a","aud":["b"]}`:      `{"iss":"a","aud":["b"]}`,
		`{"exp":1,"nbf":"soon"}`:       `{"exp":1,"nbf":"<redacted>"}`,
		`{"a":{"iss":"x","exp":"y"}}`:  `{"a":{"iss":"<redacted>","exp":"<redacted>"}}`,
		`{"a":["x",["y",{"b":"z"}]]}`:  `{"a":["<redacted>",["<redacted>",{"b":"<redacted>"}]]}`,
		`{"a":1.50,"b":true,"c":null}`: `{"a":1.50,"b":true,"c":null}`,
		`{"a":"x","a":"y"}`:            `{"a":"<redacted>","a":"<redacted>"}`,
		`{"is\u0073":"a","ISS":"b"}`:   `{"iss":"a","ISS":"<redacted>"}`,
		`{"a\"<":"x","":""}`:           `{"a\"<":"<redacted>","":"<redacted>"}`,
		`{"aud":{"name":"x"}}`:         `{"aud":{"name":"<redacted>"}}`,
		`{"aud":["a",["b"]]}`:          `{"aud":["<redacted>",["<redacted>"]]}`,
		`null`:                         `null`,
	} {
		if got := string(redact(json.RawMessage(value), openPayload)); got != want {
			t.Errorf("%s became %s, want %s", value, got, want)
		}
	}
}

// FuzzRedact: whatever is decoded, no text but an open one gets out.
func FuzzRedact(f *testing.F) {
	for _, payload := range []string{
		`{"sub":"alice"}`, " {\"sub\":\"alice\"}", `{"a":["x",{"b":"y"}]}`, `{"a":"x","a":"y"}`, `{"a":"\ud800"}`, "{\"a\":\"\xff\"}", `{"\u0000":"\u0000"}`, `{"a":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`,
	} {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		compact, err := token.Encode([]byte(`{"alg":"HS256"}`), []byte(payload), func([]byte) ([]byte, error) { return []byte("s"), nil })
		if err != nil {
			return
		}
		read, _ := token.Inspect(compact)
		if read == nil {
			return
		}
		shown := tokenAsJSON(read).redact()
		if !json.Valid(shown.Payload) {
			t.Fatalf("%q became %q", payload, shown.Payload)
		}
		var check func(value any)
		check = func(value any) {
			switch v := value.(type) {
			case string:
				if v != redacted {
					t.Errorf("%q lets %q out", payload, v)
				}
			case []any:
				for _, e := range v {
					check(e)
				}
			case map[string]any:
				for _, e := range v {
					check(e)
				}
			}
		}
		var value any
		if err := json.Unmarshal(redact(shown.Payload, nil), &value); err != nil {
			t.Fatal(err)
		}
		check(value)
	})
}
