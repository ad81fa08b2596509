package wire

import "strings"

// A Challenge is one demand of a WWW-Authenticate field (RFC 9110 §11.3).
type Challenge struct {
	Scheme  string // as written; compare it without regard to case
	Token68 string
	Params  []Field
}

// Param is a parameter's value, by its name in any case.
func (c Challenge) Param(name string) (string, bool) {
	for _, p := range c.Params {
		if strings.EqualFold(p.Name, name) {
			return p.Value, true
		}
	}
	return "", false
}

// Challenges are the challenges of a response, over all its WWW-Authenticate
// fields: each may hold several (RFC 9110 §11.6.1). An API gateway may have
// renamed the field; then they are read from where it put them.
func (r *Response) Challenges() []Challenge {
	var list []Challenge
	for _, name := range []string{"WWW-Authenticate", "X-Amzn-Remapped-WWW-Authenticate"} {
		for _, value := range r.Values(name) {
			list = append(list, ParseChallenges(value)...)
		}
	}
	return list
}

// ParseChallenges reads a list of challenges. The grammar is ambiguous at its
// commas, which part challenges and parameters alike: a word that "=" follows
// is a parameter, any other starts a challenge. What fits neither is skipped.
func ParseChallenges(text string) []Challenge {
	s := scanner{text: text}
	var list []Challenge
	for {
		s.skip(" \t,")
		if s.done() {
			return list
		}
		word := s.word()
		if word == "" {
			s.pos++
			continue
		}
		afterWord := s.pos
		s.skip(" \t")
		if s.at('=') && len(list) > 0 {
			s.pos++
			s.skip(" \t")
			last := &list[len(list)-1]
			last.Params = append(last.Params, Field{word, s.value()})
			continue
		}
		s.pos = afterWord
		list = append(list, Challenge{Scheme: word, Token68: s.token68()})
	}
}

type scanner struct {
	text string
	pos  int
}

func (s *scanner) done() bool     { return s.pos >= len(s.text) }
func (s *scanner) at(c byte) bool { return !s.done() && s.text[s.pos] == c }

func (s *scanner) skip(set string) {
	for !s.done() && strings.IndexByte(set, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *scanner) word() string {
	start := s.pos
	for !s.done() && isTokenChar(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos]
}

// value is a parameter's value: a token or a quoted string (RFC 9110 §5.6).
func (s *scanner) value() string {
	if !s.at('"') {
		start := s.pos
		for !s.done() && s.text[s.pos] != ',' && s.text[s.pos] != ' ' {
			s.pos++
		}
		return s.text[start:s.pos]
	}
	var b strings.Builder
	for s.pos++; !s.done() && !s.at('"'); s.pos++ {
		if s.at('\\') && s.pos+1 < len(s.text) {
			s.pos++
		}
		b.WriteByte(s.text[s.pos])
	}
	s.pos++
	return b.String()
}

// token68 is the one value that some schemes have in place of parameters, as
// Negotiate does. It is no parameter, so no "=" with a value follows.
func (s *scanner) token68() string {
	start := s.pos
	s.skip(" ")
	from := s.pos
	for !s.done() && (isTokenChar(s.text[s.pos]) || s.at('/')) {
		s.pos++
	}
	letters := s.pos > from
	s.skip("=")
	end := s.pos
	s.skip(" \t")
	if from > start && letters && (s.done() || s.at(',')) {
		return s.text[from:end]
	}
	s.pos = start
	return ""
}

func isTokenChar(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
