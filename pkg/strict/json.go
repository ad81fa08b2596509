package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// A Member is one name and value of an [Object].
type Member struct {
	Name  string          // unescaped
	Value json.RawMessage // as received

	// Where the member begins in the object's text, and where its value stands.
	begin, start, end int
}

// An Object is a JSON object that keeps its bytes, so that member order, number
// text and white space survive a round trip. The zero Object is no object: its
// Raw is empty.
type Object struct {
	raw     []byte
	members []Member
}

// ParseObject reads exactly one JSON object. Errors are [*Error]. With the
// reasons Duplicate, UTF8 and Surrogate the Object is complete all the same,
// for a tool that only shows it; nobody else may use it.
func ParseObject(data []byte) (Object, error) {
	s := scanner{data: data, keep: true}
	start, err := s.document()
	if err != nil {
		return Object{}, err
	}
	if data[start] != '{' {
		return Object{}, &Error{Reason: NotObject, Offset: start}
	}
	return Object{raw: data, members: s.members}, s.softError()
}

// ParseValue reads exactly one JSON value of any type, without the white space
// around it. Errors are [*Error].
func ParseValue(data []byte) (json.RawMessage, error) {
	s := scanner{data: data}
	start, err := s.document()
	if err != nil {
		return nil, err
	}
	if err := s.softError(); err != nil {
		return nil, err
	}
	return data[start:s.valueEnd:s.valueEnd], nil
}

// Raw is the object's text as received. Do not change it.
func (o Object) Raw() []byte { return o.raw }

// Members are the object's members in the order received. Do not change them.
func (o Object) Members() []Member { return o.members }

// Get is the value of the member with exactly this name.
func (o Object) Get(name string) (json.RawMessage, bool) {
	for i := range o.members {
		if o.members[i].Name == name {
			return o.members[i].Value, true
		}
	}
	return nil, false
}

// Text is the value of a member that is a string. ok is false if there is no
// such member or it is of another type.
func (o Object) Text(name string) (text string, ok bool) {
	value, found := o.Get(name)
	if !found {
		return "", false
	}
	return Text(value)
}

// With is the object with one member set: its value replaced where it stands,
// or the member added at the end. All other bytes stay as they are. The name is
// escaped, so it arrives as that name whatever it holds, and the value must be
// exactly one. The zero Object counts as {}.
func (o Object) With(name string, value json.RawMessage) (Object, error) {
	value, err := ParseValue(value)
	if err != nil {
		return Object{}, err
	}
	raw := o.raw
	if len(raw) == 0 {
		raw = []byte("{}")
	}
	for _, m := range o.members {
		if m.Name == name {
			return ParseObject(splice(raw, m.start, m.end, value))
		}
	}
	member := append(append(Quote(name), ':'), value...)
	end := bytes.LastIndexByte(raw, '}')
	if len(o.members) > 0 {
		// Directly behind the last value: a brace on a line of its own stays there.
		end = o.members[len(o.members)-1].end
		member = append([]byte{','}, member...)
	}
	return ParseObject(splice(raw, end, end, member))
}

// Without is the object without the members of this name. Of all other bytes only
// a comma goes.
func (o Object) Without(name string) Object {
	raw := o.raw
	for i := len(o.members) - 1; i >= 0; i-- { // from the end: what stands before keeps its place
		if o.members[i].Name != name {
			continue
		}
		start, end := o.members[i].begin, o.members[i].end
		switch {
		case i > 0: // the comma before it, too
			start = o.members[i-1].end
		case len(o.members) > 1:
			end = o.members[1].begin
		}
		raw = splice(raw, start, end, nil)
		if o, _ = ParseObject(raw); len(o.raw) == 0 { // which cannot be
			return Object{}
		}
	}
	return o
}

func splice(raw []byte, start, end int, insert []byte) []byte {
	out := make([]byte, 0, len(raw)+len(insert)-(end-start))
	out = append(out, raw[:start]...)
	out = append(out, insert...)
	return append(out, raw[end:]...)
}

// Quote is text as a JSON string. It escapes no more than JSON asks for.
// The text must be UTF-8: anything else becomes U+FFFD.
func Quote(text string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Text is the string a JSON value is, if it is one.
func Text(value json.RawMessage) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]), true
	}
	ok = json.Unmarshal(value, &text) == nil
	return text, ok
}

// Texts are the strings of a JSON value that is a string or an array of
// nothing but strings, as "aud" is (RFC 7519 §4.1.3).
func Texts(value json.RawMessage) (texts []string, ok bool) {
	if text, ok := Text(value); ok {
		return []string{text}, true
	}
	elements, ok := Elements(value)
	if !ok {
		return nil, false
	}
	texts = make([]string, len(elements))
	for i, e := range elements {
		if texts[i], ok = Text(e); !ok {
			return nil, false
		}
	}
	return texts, true
}

// Elements are the values of a JSON array, if it is one.
func Elements(value json.RawMessage) (elements []json.RawMessage, ok bool) {
	members, ok := elementsOf(value)
	if !ok {
		return nil, false
	}
	for _, m := range members {
		elements = append(elements, m.Value)
	}
	return elements, true
}

// elementsOf are the elements of a JSON array, if it is one, as members without
// names.
func elementsOf(value json.RawMessage) (elements []Member, ok bool) {
	if len(value) == 0 || value[0] != '[' {
		return nil, false
	}
	s := scanner{data: value, keep: true}
	if _, err := s.document(); err != nil {
		return nil, false
	}
	return s.members, true
}

// IsNumber reports whether a JSON value is a number.
func IsNumber(value json.RawMessage) bool {
	return len(value) > 0 && (value[0] == '-' || '0' <= value[0] && value[0] <= '9')
}

// A scanner walks one JSON text. It stops at what cannot be read (hard), and
// remembers the first thing that can be read but must not be trusted (soft).
type scanner struct {
	data     []byte
	pos      int
	depth    int
	valueEnd int
	soft     *Error

	keep    bool     // the members of the outermost object, or elements of the outermost array
	members []Member // those kept
}

// softError is the remembered error as an error: a nil *Error is not a nil error.
func (s *scanner) softError() error {
	if s.soft == nil {
		return nil
	}
	return s.soft
}

func (s *scanner) hard(r Reason) error { return &Error{Reason: r, Offset: s.pos} }

func (s *scanner) remember(r Reason, offset int, name string) {
	if s.soft == nil {
		s.soft = &Error{Reason: r, Offset: offset, Name: name}
	}
}

func (s *scanner) document() (start int, err error) {
	if bytes.HasPrefix(s.data, []byte("\ufeff")) {
		return 0, s.hard(BOM)
	}
	s.space()
	start = s.pos
	if err := s.value(); err != nil {
		return 0, err
	}
	s.valueEnd = s.pos
	if s.space(); s.pos < len(s.data) {
		return 0, s.hard(Trailing)
	}
	return start, nil
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// next skips white space and reports whether c stands there, passing it if so.
func (s *scanner) next(c byte) bool {
	s.space()
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) value() error {
	if s.pos >= len(s.data) {
		return s.hard(Syntax)
	}
	switch c := s.data[s.pos]; c {
	case '{':
		return s.object()
	case '[':
		return s.array()
	case '"':
		_, err := s.text()
		return err
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		return s.number()
	}
}

func (s *scanner) word(w string) error {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return s.hard(Syntax)
	}
	s.pos += len(w)
	return nil
}

func (s *scanner) enter() error {
	if s.depth++; s.depth > MaxDepth {
		return s.hard(Depth)
	}
	s.pos++
	return nil
}

func (s *scanner) array() error {
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	if s.next(']') {
		return nil
	}
	for {
		s.space()
		start := s.pos
		if err := s.value(); err != nil {
			return err
		}
		if s.keep && s.depth == 1 {
			s.members = append(s.members, Member{"", s.data[start:s.pos:s.pos], start, start, s.pos})
		}
		if s.next(']') {
			return nil
		}
		if !s.next(',') {
			return s.hard(Syntax)
		}
	}
}

func (s *scanner) object() error {
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	if s.next('}') {
		return nil
	}
	var seen names
	for {
		s.space()
		if s.pos >= len(s.data) || s.data[s.pos] != '"' {
			return s.hard(Syntax)
		}
		at := s.pos
		quoted, err := s.text()
		if err != nil {
			return err
		}
		name, _ := Text(quoted)
		if seen.add(name) {
			s.remember(Duplicate, at, name)
		}
		if !s.next(':') {
			return s.hard(Syntax)
		}
		s.space()
		start := s.pos
		if err := s.value(); err != nil {
			return err
		}
		if s.keep && s.depth == 1 {
			s.members = append(s.members, Member{name, s.data[start:s.pos:s.pos], at, start, s.pos})
		}
		if s.next('}') {
			return nil
		}
		if !s.next(',') {
			return s.hard(Syntax)
		}
	}
}

// text passes one string and returns it with its quotes.
func (s *scanner) text() (quoted []byte, err error) {
	start := s.pos
	s.pos++
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start:s.pos], nil
		case c < 0x20:
			return nil, s.hard(Syntax)
		case c == '\\':
			if err := s.escape(); err != nil {
				return nil, err
			}
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, size := utf8.DecodeRune(s.data[s.pos:])
			if r == utf8.RuneError && size == 1 {
				s.remember(UTF8, s.pos, "")
			}
			s.pos += size
		}
	}
	return nil, s.hard(Syntax)
}

func (s *scanner) escape() error {
	if s.pos+1 >= len(s.data) {
		return s.hard(Syntax)
	}
	switch s.data[s.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return nil
	case 'u':
	default:
		return s.hard(Syntax)
	}
	at := s.pos
	r, err := s.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return err
	}
	if s.pos+1 < len(s.data) && s.data[s.pos] == '\\' && s.data[s.pos+1] == 'u' {
		before := s.pos
		low, err := s.unit()
		if err != nil {
			return err
		}
		if utf16.DecodeRune(r, low) != utf8.RuneError {
			return nil
		}
		s.pos = before // it may start a pair of its own
	}
	s.remember(Surrogate, at, "")
	return nil
}

// unit passes one \uXXXX.
func (s *scanner) unit() (rune, error) {
	var r rune
	if s.pos+6 > len(s.data) {
		return 0, s.hard(Syntax)
	}
	for _, c := range s.data[s.pos+2 : s.pos+6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, s.hard(Syntax)
		}
		r = r<<4 | rune(c)
	}
	s.pos += 6
	return r, nil
}

func (s *scanner) number() error {
	s.pass('-')
	if !s.pass('0') && !s.digits() {
		return s.hard(Syntax)
	}
	if s.pass('.') && !s.digits() {
		return s.hard(Syntax)
	}
	if s.pass('e') || s.pass('E') {
		if !s.pass('+') {
			s.pass('-')
		}
		if !s.digits() {
			return s.hard(Syntax)
		}
	}
	return nil
}

func (s *scanner) pass(c byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// names finds a name that stands twice: by looking through a short list, and
// through a map once an object has so many members that a list would be slow.
type names struct {
	list []string
	set  map[string]bool
}

func (n *names) add(name string) (again bool) {
	const short = 16
	if n.set != nil {
		again = n.set[name]
		n.set[name] = true
		return again
	}
	if slices.Contains(n.list, name) {
		return true
	}
	if n.list = append(n.list, name); len(n.list) > short {
		n.set = make(map[string]bool, 2*len(n.list))
		for _, other := range n.list {
			n.set[other] = true
		}
	}
	return false
}

// ReasonOf is the reason of an error that is or wraps an [*Error], else "".
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}
