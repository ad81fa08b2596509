package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"html"
	"html/template"
	"io"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const (
	awkward = `päss "word" <&'+/\` + "\u200b\t$1" // differs in every encoding
	jws     = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLXRoaXMtb25l"
)

func TestRedactEveryForm(t *testing.T) {
	var s Secrets
	s.Add([]byte(awkward))

	plainJSON := func(text string) string {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(text); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(out.String())
	}
	defaultJSON, _ := json.Marshal(awkward)
	page := NewPage(false, 0)
	page.Line("%s", awkward)

	for _, test := range []struct{ form, text, want string }{
		{"raw", awkward, "<secret>"},
		{"query", url.Values{"p": {awkward}}.Encode(), "p=<secret>"},
		{"query, %20", strings.ReplaceAll(url.QueryEscape(awkward), "+", "%20"), "<secret>"},
		{"path", (&url.URL{Path: "/" + awkward}).String(), "/<secret>"},
		{"path segment", url.PathEscape(awkward), "<secret>"},
		{"html", html.EscapeString(awkward), "<secret>"},
		{"html/template", execute(t, "<p>{{.}}</p>", awkward), "<p><secret></p>"},
		{"json", plainJSON(awkward), `"<secret>"`},
		{"json for html", string(defaultJSON), `"<secret>"`},
		{"json by EscapeJSON", string(EscapeJSON([]byte(plainJSON(awkward)))), `"<secret>"`},
		{"json by PHP", strings.ReplaceAll(plainJSON(awkward), "/", `\/`), `"<secret>"`},
		{"Go source", fmt.Sprintf("%q", awkward), `"<secret>"`},
		{"page", string(page.Bytes()), "<secret>\n"},
		{"base64", base64.StdEncoding.EncodeToString([]byte(awkward)), "<secret>"},
		{"base64, raw", base64.RawStdEncoding.EncodeToString([]byte(awkward)), "<secret>"},
		{"base64url", base64.URLEncoding.EncodeToString([]byte(awkward)), "<secret>"},
		{"base64url, raw", base64.RawURLEncoding.EncodeToString([]byte(awkward)), "<secret>"},
		{"hex", fmt.Sprintf("%x", awkward), "<secret>"},
		{"HEX", fmt.Sprintf("%X", awkward), "<secret>"},
	} {
		if got := s.Redact("before " + test.text + " after"); got != "before "+test.want+" after" {
			t.Errorf("%s: %q became %q", test.form, test.text, got)
		}
	}
}

func execute(t *testing.T, text string, data any) string {
	t.Helper()
	var out strings.Builder
	if err := template.Must(template.New("").Parse(text)).Execute(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestRedact(t *testing.T) {
	for name, test := range map[string]struct {
		secrets    []string
		text, want string
	}{
		"each":                     {[]string{"hunter2hunter3"}, "hunter2hunter3, hunter2hunter3", "<secret>, <secret>"},
		"side by side":             {[]string{"hunter2hunter3"}, "hunter2hunter3hunter2hunter3", "<secret><secret>"},
		"longest first":            {[]string{"password", "password-of-alice"}, "password-of-alice password", "<secret> <secret>"},
		"the longer one starts":    {[]string{"of-alice", "password-of-alice"}, "password-of-alice", "<secret>"},
		"overlapping":              {[]string{"password-of", "of-alice-the-admin"}, "password-of-alice-the-admin", "<secret>"},
		"overlapping itself":       {[]string{"abcabcab"}, "abcabcabcab.", "<secret>."},
		"short ones are prose":     {[]string{"secret", "1234567"}, "the secret is 1234567", "the secret is 1234567"},
		"white space is no length": {[]string{"  ab  \r\n\r\n\r\n", "        "}, "  ab          ", "  ab          "},
		"final newline of a file":  {[]string{"hunter2hunter3\n"}, "got hunter2hunter3!", "got <secret>!"},
		"base64 of all the file":   {[]string{"hunter2hunter3\n"}, "aHVudGVyMmh1bnRlcjMK aHVudGVyMmh1bnRlcjM=", "<secret> <secret>"},
		"nothing known":            {nil, "text", "text"},
		"no secret in the text":    {[]string{"hunter2hunter3"}, "hunter2", "hunter2"},

		"token":             {[]string{jws}, "Bearer " + jws, "Bearer <secret>"},
		"its payload":       {[]string{jws}, "eyJzdWIiOiJhbGljZSJ9 of eyJzdWIiOiJib2IifQ", "<secret> of eyJzdWIiOiJib2IifQ"},
		"its signature":     {[]string{jws}, "sig=c2lnbmF0dXJlLW9mLXRoaXMtb25l", "sig=<secret>"},
		"never its header":  {[]string{jws}, "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9"},
		"short segments":    {[]string{"eyJhbGciOiJIUzI1NiJ9.e30.c2ln"}, "e30 c2ln", "e30 c2ln"},
		"disclosure":        {[]string{jws + "~WyJzYWx0IiwibmFtZSIsIlpvZSJd~"}, "WyJzYWx0IiwibmFtZSIsIlpvZSJd", "<secret>"},
		"prose with dots":   {[]string{"first sentence. second sentence."}, "second sentence", "second sentence"},
		"nothing but dots":  {[]string{"........"}, "wait....", "wait...."},
		"already cut short": {[]string{jws}, ShortToken(jws), ShortToken(jws)},
	} {
		var s Secrets
		for _, secret := range test.secrets {
			s.Add([]byte(secret))
		}
		if got := s.Redact(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestRedactLinesOfPEM(t *testing.T) {
	block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes.Repeat([]byte("key material "), 9)})
	var s Secrets
	s.Add(block)

	var out bytes.Buffer
	w := s.Writer(&out)
	for line := range strings.Lines(string(block)) {
		fmt.Fprint(w, line)
	}
	want := "-----BEGIN PRIVATE KEY-----\n<secret>\n<secret>\n<secret>\n-----END PRIVATE KEY-----\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
}

func TestRedactBinary(t *testing.T) {
	key := sha256.Sum256([]byte("key"))
	var s Secrets
	s.Add(key[:])
	for _, text := range []string{string(key[:]), fmt.Sprintf("%x", key), fmt.Sprintf("%q", key[:]), Escape(string(key[:]))} {
		if got := strings.Trim(s.Redact(text), `"`); got != "<secret>" {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestNilSecrets(t *testing.T) {
	var s *Secrets
	s.Add([]byte("hunter2hunter3"))
	if got := s.Redact("hunter2hunter3"); got != "hunter2hunter3" {
		t.Errorf("got %q", got)
	}
	var out bytes.Buffer
	if _, err := io.WriteString(s.Writer(&out), "text"); err != nil || out.String() != "text" {
		t.Errorf("got %q, %v", &out, err)
	}
}

func TestAddKeepsNothingOfTheCaller(t *testing.T) {
	var s Secrets
	credential := []byte("hunter2hunter3")
	s.Add(credential)
	clear(credential)
	if got := s.Redact("hunter2hunter3"); got != "<secret>" {
		t.Errorf("got %q", got)
	}
}

func TestSecretsWriter(t *testing.T) {
	var s Secrets
	var out bytes.Buffer
	w := s.Writer(&out)
	s.Add([]byte("hunter2hunter3")) // known only after the writer was made

	text := "jwt: error: hunter2hunter3 is no key\n"
	if n, err := io.WriteString(w, text); n != len(text) || err != nil {
		t.Errorf("Write = %d, %v; want %d", n, err, len(text))
	}
	if want := "jwt: error: <secret> is no key\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}

	if n, err := io.WriteString(s.Writer(brokenPipe{}), text); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("on a broken pipe: %d, %v", n, err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestSecretsConcurrently(t *testing.T) {
	var s Secrets
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				secret := fmt.Sprintf("credential-%d-%d;", i, j)
				s.Add([]byte(secret))
				if got := s.Redact("a " + secret + " b"); got != "a <secret> b" {
					t.Errorf("got %q", got)
				}
				fmt.Fprintln(s.Writer(io.Discard), secret)
			}
		})
	}
	all.Wait()
}

func TestShortToken(t *testing.T) {
	for token, want := range map[string]string{
		jws:                       "eyJhbGci…(70 bytes, sha256 " + hash(jws) + ")",
		strings.Repeat("a", 32):   "aaaaaaaa…(32 bytes, sha256 " + hash(strings.Repeat("a", 32)) + ")",
		strings.Repeat("a", 31):   "…(31 bytes, sha256 " + hash(strings.Repeat("a", 31)) + ")",
		"\x1b[2J" + jws:           "…(74 bytes, sha256 " + hash("\x1b[2J"+jws) + ")",
		"{\"protected\":\"" + jws: "…(84 bytes, sha256 " + hash("{\"protected\":\""+jws) + ")",
		"ab+/" + jws:              "…(74 bytes, sha256 " + hash("ab+/"+jws) + ")",
		"":                        "…(0 bytes, sha256 e3b0c442)",
	} {
		if got := ShortToken(token); got != want {
			t.Errorf("ShortToken(%q) = %q, want %q", token, got, want)
		}
	}
}

func hash(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))[:8] }
