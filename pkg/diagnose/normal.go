package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// same reports whether two answers say the same: status, challenges, media type
// and text, without what changes from one answer to the next by itself (dates,
// numbers, request IDs).
func same(a, b *wire.Response) bool { return a.Status == b.Status && said(a) == said(b) }

// said is all that counts of an answer, in one text.
func said(r *wire.Response) string {
	return fmt.Sprintf("%d %q %q %q ", r.Status, challenges(r), mediaType(r), r.Get("Location")) + normal(r.Body)
}

// withoutFresh is an answer without the part of the query that made its URL one that no
// cache has: some answers have the URL in them.
func withoutFresh(r *wire.Response) *wire.Response {
	plain := *r
	plain.Body = cutFresh(r.Body)
	plain.Header = slices.Clone(r.Header)
	for i := range plain.Header {
		plain.Header[i].Value = cutFresh(plain.Header[i].Value)
	}
	return &plain
}

// unescape is how a query stands in a text, as JSON, HTML and URLs have it.
var unescape = strings.NewReplacer("&amp;", "&", `\u0026`, "&", "%26", "&", "%3D", "=", "%3d", "=", "%3F", "?", "%3f", "?")

func cutFresh(text string) string {
	const name, open = "jwt-probe=", "<dummy:"
	text = unescape.Replace(text)
	for {
		start := strings.Index(text, name+open)
		if start < 0 {
			return text
		}
		before, after := text[:start], text[start+len(name+open):]
		_, after, _ = strings.Cut(after, ">")
		text = strings.TrimRight(before, "?&") + after
	}
}

func challenges(r *wire.Response) []string {
	var list []string
	for _, c := range r.Challenges() {
		text := strings.ToLower(c.Scheme)
		for _, p := range c.Params {
			if slices.Contains([]string{"nonce", "opaque"}, strings.ToLower(p.Name)) {
				continue // of Digest (RFC 7616 §3.3): new each time
			}
			text += " " + strings.ToLower(p.Name) + "=" + normal(p.Value)
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

func mediaType(r *wire.Response) string {
	media, _, _ := strings.Cut(r.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// normal is a text with one sign in place of each word that has a digit in it,
// and one space for each run of them. Words without digits stay: they are what an
// answer says.
func normal(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	for word := range wordsOf(withoutRandom(strings.ReplaceAll(text, wire.PartMark, "#"))) {
		switch {
		case strings.TrimSpace(word) == "":
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case strings.ContainsAny(word, "0123456789"):
			b.WriteByte('#')
		default:
			b.WriteString(word)
		}
		space = false
	}
	return b.String()
}

// withoutRandom is a text with one sign in place of each long piece of base64: it is
// random, or a digest of something that is.
func withoutRandom(text string) string {
	const short = 16
	var b strings.Builder
	for start := 0; start < len(text); {
		end := start
		var digit, upper, lower bool
		for end < len(text) && isBase64(text[end]) {
			c := text[end]
			digit, upper, lower = digit || '0' <= c && c <= '9', upper || 'A' <= c && c <= 'Z', lower || 'a' <= c && c <= 'z'
			end++
		}
		switch {
		case end == start:
			b.WriteByte(text[start])
			end++
		case end-start >= short && digit && upper && lower:
			b.WriteByte('#')
		default:
			b.WriteString(text[start:end])
		}
		start = end
	}
	return b.String()
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/=_-", c) >= 0
}

// wordsOf gives the words of a text, and between them its other characters, one
// at a time.
func wordsOf(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i < len(text); i++ {
			if isWord(text[i]) {
				continue
			}
			if start < i && !yield(text[start:i]) {
				return
			}
			if !yield(text[i : i+1]) {
				return
			}
			start = i + 1
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c >= 0x80
}
