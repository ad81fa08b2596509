package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

const (
	redacted  = "<secret>"
	base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

	minCredential = 8  // bytes; anything shorter occurs in prose by chance
	minPart       = 16 // characters of a part that is redacted by itself
	maxShown      = 8  // characters of a token that may be shown: eyJhbGci
	minToken      = 32 // bytes of a token that can spare them
)

// Secrets collects every credential as it is read, so that no writer lets one
// through. The zero value is ready, a nil *Secrets knows no secret, and all
// methods may be called concurrently. It never forgets: a command that reads a
// stream of tokens makes one for each.
type Secrets struct {
	mu    sync.Mutex
	fresh [][]byte // credentials whose forms nobody needed yet: most runs redact nothing
	forms []string
}

// Add makes s know a credential, with and without the white space around it, in
// the forms it is likely to turn up in: raw, escaped for a URL, for HTML, JSON,
// Go source (%q) or by Escape, in base64, base64url and hex. Payload and
// signature of a compact JWS and the lines of a PEM are known by themselves
// too; a header is no secret.
//
// A credential shorter than 8 bytes is not collected: it would occur in prose
// by chance. One that is sent inside a longer encoded text, such as the password
// in the user:password of Basic, is added in that form too, and a private JWK
// member by member: most of its text is no secret.
func (s *Secrets) Add(credential []byte) {
	if s == nil || len(bytes.TrimSpace(credential)) < minCredential {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh = append(s.fresh, bytes.Clone(credential))
}

// known returns every form of every credential.
func (s *Secrets) known() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, credential := range s.fresh {
		trimmed := bytes.TrimSpace(credential)
		for _, form := range slices.Concat(forms(credential), forms(trimmed), parts(string(trimmed))) {
			if !slices.Contains(s.forms, form) {
				s.forms = append(s.forms, form)
			}
		}
	}
	s.fresh = nil
	return s.forms
}

// Redact returns text with each occurrence of a credential replaced by
// <secret>. Of two that overlap all is replaced, so a credential that is part
// of a longer one leaves nothing of the longer one behind.
func (s *Secrets) Redact(text string) string {
	if s == nil || text == "" {
		return text
	}
	type span struct{ from, to int }
	var found []span

	for _, form := range s.known() {
		for from := 0; ; from++ { // by one: a form may overlap itself
			i := strings.Index(text[from:], form)
			if i < 0 {
				break
			}
			from += i
			found = append(found, span{from, from + len(form)})
		}
	}
	if len(found) == 0 {
		return text
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].from < found[j].from })

	var out strings.Builder
	end := 0 // of the credential before
	for _, f := range found {
		if f.from >= end {
			out.WriteString(text[end:f.from])
			out.WriteString(redacted)
		}
		end = max(end, f.to)
	}
	out.WriteString(text[end:])
	return out.String()
}

// Writer returns a writer that passes on to w what is written to it, redacted.
// It holds nothing back, so a Write must have whole lines: a credential that is
// spread over two of them is not seen.
func (s *Secrets) Writer(w io.Writer) io.Writer {
	return &redactor{secrets: s, to: w}
}

type redactor struct {
	secrets *Secrets
	to      io.Writer
}

// Write returns len(p) on success, whatever the length of what went to w.
func (r *redactor) Write(p []byte) (int, error) {
	if _, err := io.WriteString(r.to, r.secrets.Redact(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// forms gives every form of a credential that is searched for.
func forms(credential []byte) []string {
	raw := string(credential)
	query := url.QueryEscape(raw)
	markup := html.EscapeString(raw)
	quoted := quoteJSON(raw)
	inHex := hex.EncodeToString(credential)
	return []string{
		raw,
		Escape(raw),
		unquote(strconv.Quote(raw)),
		query,
		strings.ReplaceAll(query, "+", "%20"),
		url.PathEscape(raw),
		(&url.URL{Path: raw}).EscapedPath(),
		markup,
		strings.ReplaceAll(markup, "+", "&#43;"), // html/template
		quoted,
		string(EscapeJSON([]byte(quoted))),
		strings.ReplaceAll(quoted, "/", `\/`), // PHP
		escapeJSONForHTML(quoted),
		base64.StdEncoding.EncodeToString(credential),
		base64.RawStdEncoding.EncodeToString(credential),
		base64.URLEncoding.EncodeToString(credential),
		base64.RawURLEncoding.EncodeToString(credential),
		inHex,
		strings.ToUpper(inHex),
	}
}

// parts gives what betrays a credential by itself: payload and signature of a
// compact JWS, the disclosures after it, the lines of a PEM.
func parts(credential string) []string {
	if header, rest, ok := strings.Cut(credential, "."); ok && consistsOf(header, base64url) {
		credential = rest // many tokens share their header
	}
	fields := strings.FieldsFunc(credential, func(r rune) bool { return strings.ContainsRune(".~\r\n", r) })
	return slices.DeleteFunc(fields, func(field string) bool {
		return len(field) < minPart || !consistsOf(field, base64url+"+/=")
	})
}

// consistsOf reports whether s has no character but those of alphabet.
func consistsOf(s, alphabet string) bool { return strings.Trim(s, alphabet) == "" }

// quoteJSON returns the inside of the JSON string that says s.
func quoteJSON(s string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // of a string into memory: cannot fail
	return unquote(strings.TrimSuffix(out.String(), "\n"))
}

// escapeJSONForHTML does to a JSON text what encoding/json does by default.
func escapeJSONForHTML(s string) string {
	var out bytes.Buffer
	json.HTMLEscape(&out, []byte(s))
	return out.String()
}

func unquote(s string) string { return s[1 : len(s)-1] }

// ShortToken prints a token so that two of them can be told apart and none can
// be used: eyJhbGci…(812 bytes, sha256 1a2b3c4d). Its first characters, a part
// of the header in a JWT, are left out if they are not base64url or if the
// token is too short to spare them.
func ShortToken(token string) string {
	shown := ""
	if len(token) >= minToken && consistsOf(token[:maxShown], base64url) {
		shown = token[:maxShown]
	}
	sum := sha256.Sum256([]byte(token))
	return fmt.Sprintf("%s…(%d bytes, sha256 %x)", shown, len(token), sum[:4])
}
