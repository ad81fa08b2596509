package probe

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An unspelt text is one without the escapes of JSON, C, HTML and URLs. There are many
// ways to write them: PHP has \/ for a slash, .NET \u002B for a plus sign.
type unspelt struct {
	text string
	at   []int // where in the text as it was each byte begins, and where that text ends; nil: there were no escapes
}

// span is where a piece of the text stands in the text as it was.
func (u unspelt) span(start, end int) (int, int) {
	if u.at == nil {
		return start, end
	}
	for end < len(u.text) && u.at[end] == u.at[end-1] { // one escape may be several bytes
		end++
	}
	return u.at[start], u.at[end]
}

// unspell undoes escapes, and those of escapes: JSON stands in JSON, and in URLs.
func unspell(text string) unspelt {
	const deepest = 3
	u := unspelt{text: text}
	for range deepest {
		first := strings.IndexAny(u.text, `\%&`)
		if first < 0 || !u.once(first) {
			break
		}
	}
	return u
}

// once undoes escapes once, from the first sign of one. It reports whether there were some.
func (u *unspelt) once(first int) bool {
	text, before := u.text, u.at
	plain, changed := append(make([]byte, 0, len(text)), text[:first]...), false
	at := make([]int, first, len(text)+1)
	origin := func(i int) int {
		if before == nil {
			return i
		}
		return before[i]
	}
	for i := range at {
		at[i] = origin(i)
	}
	for i := first; i < len(text); {
		n := 0
		switch text[i] {
		case '\\', '%', '&':
			var escaped []byte
			if escaped, n = unescapeOne(text[i:]); n > 0 {
				plain, changed = append(plain, escaped...), true
				for range escaped {
					at = append(at, origin(i))
				}
			}
		}
		if n == 0 {
			plain, at, n = append(plain, text[i]), append(at, origin(i)), 1
		}
		i += n
	}
	if changed {
		u.text, u.at = string(plain), append(at, origin(len(text)))
	}
	return changed
}

// unescapeOne is what the escape stands for that a text begins with, and how long that
// is; 0 if it is none. Backslashes count as one: of a text that was escaped twice there
// are several.
func unescapeOne(text string) (plain []byte, length int) {
	slashes := len(text) - len(strings.TrimLeft(text, `\`))
	rest := text[slashes:]
	hexOf := func(digits int) ([]byte, bool) {
		if len(rest) < 1+digits {
			return nil, false
		}
		written, err := hex.DecodeString(rest[1 : 1+digits])
		return written, err == nil
	}
	switch {
	case rest == "":
		return nil, slashes
	case slashes == 0 && rest[0] == '%':
		if written, ok := hexOf(2); ok {
			return written, 3
		}
		return nil, 0
	case slashes == 0: // an ampersand
		const longest = len("&#00000000;")
		if end := strings.IndexByte(rest[:min(longest, len(rest))], ';'); end > 0 {
			if sign, ok := entity(rest[1:end]); ok {
				return utf8.AppendRune(nil, sign), end + 1
			}
		}
		return nil, 0
	case rest[0] == 'u':
		if written, ok := hexOf(4); ok {
			return utf8.AppendRune(nil, rune(written[0])<<8|rune(written[1])), slashes + 5
		}
	case rest[0] == 'x':
		if written, ok := hexOf(2); ok {
			return written, slashes + 3
		}
	case rest[0] < utf8.RuneSelf && !isBase64URL(rest[0]) && rest[0] != '%' && rest[0] != '&':
		return []byte{rest[0]}, slashes + 1
	}
	return nil, slashes
}

// entities are names that HTML has for signs of ASCII, each with its sign behind it
// (https://html.spec.whatwg.org/#named-character-references).
const entities = ` amp& lt< gt> quot" apos' sol/ plus+ equals= period. lowbar_ colon: comma, semi; percnt% num# commat@ ` +
	`excl! quest? dollar$ ast* lpar( rpar) lsqb[ rsqb] lcub{ rcub} verbar| grave` + "` Hat^ bsol\\ "

// entity is the sign that stands in HTML between an ampersand and a semicolon as a name or a number.
func entity(name string) (sign rune, ok bool) {
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if strings.HasPrefix(strings.ToLower(number), "x") {
			number, base = number[1:], 16
		}
		n, err := strconv.ParseUint(number, base, 21)
		return rune(n), err == nil
	}
	if _, after, found := strings.Cut(entities, " "+name); found && len(after) > 1 && after[1] == ' ' {
		return rune(after[0]), true
	}
	return 0, false
}

// fold is an unspelt text in small letters, with the plus sign that a form has for a
// space (https://url.spec.whatwg.org/#urlencoded-parsing). It has no zero byte.
func fold(text string) []byte {
	folded := []byte(text)
	for i, c := range folded {
		switch {
		case 'A' <= c && c <= 'Z':
			folded[i] = c + 'a' - 'A'
		case c == ' ':
			folded[i] = '+'
		case c == 0:
			folded[i] = 1
		}
	}
	return folded
}

// minRun is the length from which a piece of a credential is looked for, in whatever
// spelling. Each piece of that length has one of the grams in it that pieces knows.
const (
	minRun = 12
	gram   = 8 // bytes: one word of the machine
	step   = minRun - gram + 1
	most   = 64 // places of a gram to compare
)

// pieces finds parts of credentials: some of each one's grams are known, and what is
// around one that a text has is compared.
type pieces struct {
	store []byte // the credentials, folded, with zeros behind each: a gram begins at each step
	list  []piece
	first map[uint64]int  // where a gram stands first, in steps
	next  []int           // where it stands again, by where it stands; 0: nowhere
	maybe [1 << 10]uint64 // a bit for some of the bits of each gram: most texts have none of them
}

// A piece is a credential as it stands in the store.
type piece struct {
	start, end int
	mark       string
	given      bool // by the user, beside the token: it may be plain words
}

// maxEncoded is how long a credential may be to be looked for as hex and base64 too, in
// bytes; a body may be much longer.
const maxEncoded = 16 << 10

func (p *pieces) add(credential, mark string, given bool) {
	if len(credential) < minPart {
		return
	}
	texts := []string{unspell(credential).text}
	if len(credential) <= maxEncoded {
		texts = append(texts, hex.EncodeToString([]byte(credential)))
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			texts = append(texts, aligned(encoding, credential)...)
		}
	}
	for _, text := range texts {
		p.store = append(p.store, make([]byte, step-len(p.store)%step)...) // the first step is none: 0 means nowhere
		start := len(p.store)
		p.store = append(p.store, fold(text)...)
		end := len(p.store)
		p.store = append(p.store, make([]byte, minRun)...)
		p.list = append(p.list, piece{start, end, mark, given})
		if p.first == nil {
			p.first = map[uint64]int{}
		}
		p.next = append(p.next, make([]int, len(p.store)/step+1-len(p.next))...)
		for at := start; at+gram <= end; at += step {
			key := binary.LittleEndian.Uint64(p.store[at:])
			if p.known(key, start, at) {
				continue
			}
			here := at / step
			p.next[here], p.first[key] = p.first[key], here
			bit := bitOf(key)
			p.maybe[bit/64] |= 1 << (bit % 64)
		}
	}
}

// known reports whether all runs that have the gram at a place have it at an earlier one
// of the same credential too, as in one that repeats itself.
func (p *pieces) known(key uint64, start, at int) bool {
	around := func(at int) []byte { return p.store[at-step+1 : at+minRun] }
	there := p.first[key]
	for tries := 0; there*step >= start && tries < most; there, tries = p.next[there], tries+1 {
		if bytes.Equal(around(there*step), around(at)) {
			return true
		}
	}
	return false
}

// bitOf spreads grams over the bits of maybe (Fibonacci hashing).
func bitOf(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 48 }

// mark puts marks in place of parts of credentials.
func (p *pieces) mark(text string) string {
	if len(p.list) == 0 || len(text) < gram {
		return text
	}
	var b strings.Builder
	plain := unspell(text)
	folded := fold(plain.text)
	written, from := 0, 0 // of the text, and of what is folded
	for i := 0; i+gram <= len(folded); i++ {
		key := binary.LittleEndian.Uint64(folded[i:])
		if bit := bitOf(key); p.maybe[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		start, end, mark := p.longest(folded, from, i, key)
		if end == 0 {
			continue
		}
		first, last := plain.span(start, end)
		b.WriteString(text[written:first])
		b.WriteString(mark)
		written, from, i = last, end, end-1
	}
	return b.String() + text[written:]
}

// longest is the longest part of a credential that stands in a folded text, around the gram at i
// and not before from; it ends at 0 if there is none that counts.
func (p *pieces) longest(folded []byte, from, i int, key uint64) (start, end int, mark string) {
	at := p.first[key]
	for tries := 0; at > 0 && tries < most; at, tries = p.next[at], tries+1 {
		before, after, in := 0, gram, at*step
		for i-before > from && folded[i-before-1] == p.store[in-before-1] {
			before++
		}
		for i+after < len(folded) && folded[i+after] == p.store[in+after] {
			after++
		}
		if before+after < end-start { // of two that are alike, the first that was added
			continue
		}
		n := sort.Search(len(p.list), func(n int) bool { return p.list[n].end > in })
		if p.list[n].counts(folded[i-before : i+after]) {
			start, end, mark = i-before, i+after, p.list[n].mark
		}
	}
	return start, end, mark
}

// counts reports whether a part of a credential is one, and not words that stand
// in many texts by themselves: what the user gives may be a form, or a URL.
func (p piece) counts(part []byte) bool {
	switch {
	case len(part) == p.end-p.start:
		return true
	case !p.given:
		return len(part) >= minRun
	}
	apart := func(r rune) bool { return r >= utf8.RuneSelf || !isBase64URL(byte(r)) && r != '~' } //nolint:gosec // it is ASCII
	return slices.ContainsFunc(bytes.FieldsFunc(part, apart), func(word []byte) bool {
		return len(word) >= minRun && bytes.ContainsAny(word, "0123456789")
	})
}
