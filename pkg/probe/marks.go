package probe

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// marks replace credentials in what is recorded, in every form in which a server
// may send them back. An echo stays provable; the value does not stay.
type marks struct {
	forms   []form
	longest int    // form, in bytes
	pairs   []form // of the URL's query, as a Location may have them
	wholes  []form // credentials as they are
	pieces  pieces // of credentials, in whatever spelling
}

type form struct{ text, mark string }

// minPart is the length from which a part of a credential is looked for by
// itself; shorter ones occur by chance.
const minPart = 8

func newMarks(t Target) *marks {
	m := &marks{}
	if t.Token != "" {
		m.add(t.Token, wire.TokenMark)
		for part := range strings.SplitSeq(t.Token, ".") {
			m.add(part, wire.TokenMark)
		}
		m.addDigest(t.Token, wire.TokenMark)
		m.pieces.add(t.Token, wire.PartMark, false)
	}
	for _, f := range t.Header {
		for _, secret := range Secrets(f) {
			m.addGiven(secret)
		}
	}
	m.addGiven(string(t.Body))
	if u, err := url.Parse(t.URL); err == nil {
		for pair := range strings.SplitSeq(u.RawQuery, "&") { // url.ParseQuery leaves out what it cannot read
			_, value, _ := strings.Cut(pair, "=")
			m.addGiven(value)
			if plain, err := url.QueryUnescape(value); err == nil {
				m.addGiven(plain)
			}
		}
		for pair := range strings.SplitSeq(u.RawQuery, "&") { // a value that is short is known by its name
			if name, value, _ := strings.Cut(pair, "="); value != "" {
				for _, text := range []string{pair, url.QueryEscape(pair)} {
					m.pairs = append(m.pairs, form{text, name + "=" + GivenMark})
				}
			}
		}
	}
	return m
}

// addGiven makes known what the user gave beside the token.
func (m *marks) addGiven(credential string) {
	m.add(credential, GivenMark)
	m.pieces.add(credential, GivenMark, true)
}

// add makes a credential known in all its forms.
func (m *marks) add(credential, mark string) {
	if len(credential) < minPart {
		return
	}
	m.wholes = append(m.wholes, form{credential, mark})
	quoted, _ := json.Marshal(credential) // of a string: cannot fail
	texts := []string{
		credential,
		url.QueryEscape(credential), url.PathEscape(credential),
		html.EscapeString(credential),
		string(quoted[1 : len(quoted)-1]),
		hex.EncodeToString([]byte(credential)),
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		texts = append(texts, aligned(encoding, credential)...)
	}
	for _, text := range texts {
		if len(text) >= minPart && !slices.ContainsFunc(m.forms, func(f form) bool { return f.text == text }) {
			m.forms = append(m.forms, form{text, mark})
			m.longest = max(m.longest, len(text))
		}
	}
	sort.SliceStable(m.forms, func(i, j int) bool { return len(m.forms[i].text) > len(m.forms[j].text) })
}

// addDigest makes the digest known that a canary shows in place of a credential: the
// first eight hex digits of its SHA-256. It tells nobody what the credential is, and
// says that it is the one that was sent.
func (m *marks) addDigest(credential, mark string) {
	sum := sha256.Sum256([]byte(credential))
	m.add(hex.EncodeToString(sum[:4]), mark)
}

// learn makes known what a request has that is made up.
func (m *marks) learn(carries wire.Carries, r *Request, g given, mark string) {
	if carries == wire.Real {
		return
	}
	for _, f := range r.Fields {
		_, credential, _ := strings.Cut(f.Value, " ")
		switch {
		case f.Name == "Authorization":
			m.addDigest(credential, mark)
		case len(f.Value) > maxShown:
			credential = f.Value
		}
		if len(credential) > maxShown {
			m.add(credential, mark)
		}
	}
	if carries == wire.Derived {
		m.add(foreignSignature(g), mark)
		return
	}
	m.add(g.nonce, mark)
}

// maxShown is how long a made-up value may be to be recorded as it was, but for what is
// random in it.
const maxShown = 200

// aligned is the base64 of a text as it stands inside a longer one: base64 takes
// three bytes at a time, so there are three, without the characters at either
// end that depend on what is beside it.
func aligned(encoding *base64.Encoding, text string) []string {
	var list []string
	for before := range 3 {
		whole := encoding.EncodeToString([]byte(strings.Repeat("x", before) + text))
		from := [...]int{0, 2, 3}[before]
		to := len(whole)
		if (before+len(text))%3 != 0 {
			to--
		}
		list = append(list, whole[from:to])
	}
	return list
}

// redact is text with marks in place of credentials, and as UTF-8: a record must
// be the same after it was saved. Pieces of credentials come last: what is left of a
// token that the server gave out, without what the user's has too, is not known as one.
func (m *marks) redact(text string) string {
	text = m.markWholes(unmark.Replace(text))
	for _, f := range m.forms {
		text = strings.ReplaceAll(text, f.text, f.mark)
	}
	return strings.ToValidUTF8(m.pieces.mark(withoutTokens(text)), "\ufffd")
}

// markWholes puts marks in place of credentials that stand there with escapes.
func (m *marks) markWholes(text string) string {
	plain := unspell(text)
	for _, w := range m.wholes {
		if plain.at == nil {
			return text
		}
		var b strings.Builder
		written := 0
		for from := 0; ; {
			i := strings.Index(plain.text[from:], w.text)
			if i < 0 {
				break
			}
			start, end := plain.span(from+i, from+i+len(w.text))
			from += i + len(w.text)
			if text[start:end] != w.text {
				b.WriteString(text[written:start])
				b.WriteString(w.mark)
				written = end
			}
		}
		if written > 0 {
			text = b.String() + text[written:]
			plain = unspell(text)
		}
	}
	return text
}

// withoutTokens hides what looks like a JWT: two parts or more, of which the first is
// the base64url of an object.
func withoutTokens(text string) string {
	const begin = "eyJ" // {"
	part := func(from int) int {
		for from < len(text) && isBase64URL(text[from]) {
			from++
		}
		return from
	}
	for at := 0; ; {
		next := strings.Index(text[at:], begin)
		if next < 0 {
			return text
		}
		start := at + next
		end, parts := part(start), 1
		for end < len(text) && text[end] == '.' {
			end, parts = part(end+1), parts+1
		}
		for text[end-1] == '.' { // of what was cut off: "eyJhb..."
			end--
		}
		at = end
		if parts > 1 {
			text = text[:start] + wire.HiddenMark + text[end:]
			at = start + len(wire.HiddenMark)
		}
	}
}

// unmark changes what only looks like a mark: koa-jwt, for one, answers "Format
// is Authorization: Bearer <token>".
var unmark = strings.NewReplacer(wire.TokenMark, "(token)", wire.PartMark, "(token:part)", "<dummy:", "(dummy:", GivenMark, "(given)")

func isBase64URL(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func (m *marks) field(name, value string) wire.Field {
	value = m.redact(value)
	switch {
	case strings.EqualFold(name, "Set-Cookie"):
		cookie, attributes, more := strings.Cut(value, ";")
		if cookie, _, ok := strings.Cut(cookie, "="); ok {
			value = cookie + "=" + wire.HiddenMark
			if more {
				value += ";" + attributes
			}
		}
	case strings.EqualFold(name, "Location"):
		for _, p := range m.pairs {
			value = strings.ReplaceAll(value, p.text, p.mark)
		}
	}
	return wire.Field{Name: m.redact(name), Value: value}
}

// plainFields hold no credential. What they say stands in answers too, and there it
// counts: the type of the body, for one.
var plainFields = []string{
	"Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Language", "Content-Type",
	"DNT", "Host", "Origin", "Pragma", "Priority", "Upgrade-Insecure-Requests", "User-Agent", "X-Requested-With",
}

// Secrets are the texts of a field that may be credentials: its value, and each cookie
// by itself; none of a field that holds no credential.
func Secrets(f wire.Field) []string {
	is := func(name string) bool { return strings.EqualFold(f.Name, name) }
	switch {
	case slices.ContainsFunc(plainFields, is), len(f.Name) > 4 && strings.EqualFold(f.Name[:4], "Sec-"):
		return nil
	case is("Referer") && !strings.Contains(f.Value, "?"):
		return nil
	case is("Cookie"):
		secrets := []string{f.Value}
		for cookie := range strings.SplitSeq(f.Value, ";") {
			_, value, _ := strings.Cut(cookie, "=")
			secrets = append(secrets, strings.TrimSpace(value))
		}
		return secrets
	}
	return []string{f.Value}
}
