package token

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestMistaken(t *testing.T) {
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
	for _, test := range []struct {
		text string
		want Mistake
		what string
	}{
		{jwt, NoMistake, ""},
		{"opaque-token", NoMistake, ""},
		{"a.b", NoMistake, ""},
		{"$2b$12$abcdefghijk", NoMistake, ""},
		{"nullable", NoMistake, ""},
		{"50%", NoMistake, ""},
		{strings.Repeat("QUJD", 20), NoMistake, ""}, // base64, and no JWT inside
		{"undefined", Placeholder, "undefined"},
		{"[object Object]", Placeholder, "[object Object]"},
		{"None", Placeholder, "None"},
		{"${TOKEN}", Unexpanded, ""},
		{"$TOKEN", Unexpanded, ""},
		{"$(cat token)", Unexpanded, ""},
		{"{{access_token}}", Unexpanded, ""},
		{"${{ secrets.TOKEN }}", Unexpanded, ""},
		{"%TOKEN%", Unexpanded, ""},
		{"<your token>", Unexpanded, ""},
		{`{"access_token":"` + jwt + `","token_type":"Bearer","expires_in":1}`, Object, "access_token"},
		{`{"access_token":"opaque","id_token":"` + jwt + `"}`, Object, "access_token, id_token"},
		{`{"data":{"auth":{"value":"` + jwt + `"}}}`, Object, "/data/auth/value"},
		{`{"a":1}`, Object, ""},
		{`{"a":`, Object, ""},
		{strings.ReplaceAll(jwt, ".", "%2E"), Percent, ""},
		{base64.StdEncoding.EncodeToString([]byte(jwt)), Wrapped, ""},
		{base64.StdEncoding.EncodeToString([]byte("Bearer " + jwt + "\n")), Wrapped, ""},
		{jwt[:strings.LastIndexByte(jwt, '.')], Unsigned, ""},
		{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXY.Y2lwaGVy.dGFn", Encrypts, ""},
	} {
		if got, what := Mistaken(test.text); got != test.want || what != test.what {
			t.Errorf("%q: %q, %q; want %q, %q", test.text, got, what, test.want, test.what)
		}
	}
}
