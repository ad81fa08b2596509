package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Variable is one line of an env-file, which may go on over several.
type Variable struct {
	Name  string
	Value string
	Line  int // on which it starts, from 1
}

// ParseEnv reads an env-file as load_dotenv of python-dotenv 1.2 does: quotes, "export",
// escapes, comments behind values, values over several lines, and ${NAME} or
// ${NAME:-default}, also in single quotes. Like there, lookup wins over what the file
// says of a name, the last of two lines about a name wins over the first, and a name
// without "=" is none.
//
// Where python-dotenv logs that it cannot read a line and goes on, ParseEnv returns an
// [*Error].
func ParseEnv(data []byte, lookup func(name string) (value string, ok bool)) ([]Variable, error) {
	if i := firstInvalid(data); i >= 0 {
		line := 1 + strings.Count(newlines(string(data[:i])), "\n")
		if data[i] == 0 {
			return nil, &Error{Line: line, Reason: "has a zero byte"}
		}
		return nil, &Error{Line: line, Reason: "is not UTF-8 text"}
	}
	r := envReader{rest: newlines(strings.TrimPrefix(string(data), "\ufeff")), line: 1}
	var order []string
	seen := map[string]Variable{}
	for {
		v, hasValue, err := r.next()
		if err != nil {
			return nil, err
		}
		if r.ended {
			break
		}
		if v.Name == "" {
			continue // a comment
		}
		if _, again := seen[v.Name]; !again {
			order = append(order, v.Name)
		}
		if !hasValue {
			v.Line = 0
		}
		v.Value = expand(v.Value, func(name string) (string, bool) {
			if value, ok := lookup(name); ok {
				return value, true
			}
			earlier, ok := seen[name]
			return earlier.Value, ok
		})
		seen[v.Name] = v
	}
	var list []Variable
	for _, name := range order {
		if v := seen[name]; v.Line > 0 {
			list = append(list, v)
		}
	}
	return list, nil
}

// firstInvalid is where data stops being text that a variable can hold; -1 if nowhere.
func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// newlines makes each line end with LF alone, as Python does with what it reads.
func newlines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

type envReader struct {
	rest  string
	line  int
	ended bool
}

// next reads what is on a line. There is no name if it is a comment, and no value if
// there is no "=".
func (r *envReader) next() (v Variable, hasValue bool, err error) {
	r.take(len(r.rest) - len(strings.TrimLeftFunc(r.rest, isSpace)))
	if r.rest == "" {
		r.ended = true
		return v, false, nil
	}
	v.Line = r.line
	if after, ok := strings.CutPrefix(r.rest, "export"); ok && len(trimBlank(after)) < len(after) {
		r.rest = trimBlank(after)
	}
	if !strings.HasPrefix(r.rest, "#") {
		if v.Name, err = r.name(v.Line); err != nil {
			return v, false, err
		}
		r.rest = trimBlank(r.rest)
		if after, ok := strings.CutPrefix(r.rest, "="); ok {
			hasValue = true
			r.rest = trimBlank(after)
			if blank := len(r.rest) < len(after); !blank || !strings.HasPrefix(r.rest, "#") { // KEY= # comment
				if v.Value, err = r.value(v.Line); err != nil {
					return v, false, err
				}
			}
		}
	}
	rest := trimBlank(r.rest)
	if strings.HasPrefix(rest, "#") {
		_, rest = cutLine(rest)
	}
	if rest != "" && rest[0] != '\n' {
		if hasValue {
			return v, false, &Error{Line: r.line, Reason: "goes on after the closing quote"}
		}
		return v, false, &Error{Line: r.line, Reason: "has no = after the name"}
	}
	r.rest = rest
	r.take(min(1, len(rest)))
	return v, hasValue, nil
}

// name reads what stands before "=".
func (r *envReader) name(line int) (string, error) {
	if quoted, ok := strings.CutPrefix(r.rest, "'"); ok {
		name, _, closed := strings.Cut(quoted, "'")
		if !closed || name == "" {
			return "", &Error{Line: line, Reason: "has no name before ="}
		}
		r.take(len(name) + len("''"))
		return name, nil
	}
	end := strings.IndexFunc(r.rest, func(c rune) bool { return c == '=' || c == '#' || isSpace(c) })
	if end < 0 {
		end = len(r.rest)
	}
	if end == 0 {
		return "", &Error{Line: line, Reason: "has no name before ="}
	}
	name := r.rest[:end]
	r.take(end)
	return name, nil
}

// value reads what stands behind "=".
func (r *envReader) value(line int) (string, error) {
	if r.rest == "" {
		return "", nil
	}
	quote := r.rest[0]
	if quote != '"' && quote != '\'' {
		var text string
		text, r.rest = cutLine(r.rest)
		return strings.TrimRightFunc(withoutComment(text), isSpace), nil
	}
	var b strings.Builder
	for i := 1; i < len(r.rest); i++ {
		switch c := r.rest[i]; {
		case c == quote:
			r.take(i + 1)
			return b.String(), nil
		case c == '\\' && i+1 < len(r.rest):
			i++
			b.WriteString(unescape(quote, r.rest[i]))
		default:
			b.WriteByte(c)
		}
	}
	return "", &Error{Line: line, Reason: "has a quote that is never closed"}
}

// unescape is what a backslash and c mean. Before other characters it is just one.
func unescape(quote, c byte) string {
	escapes := `\'`
	if quote == '"' {
		escapes = `\'"abfnrtv`
	}
	i := strings.IndexByte(escapes, c)
	if i < 0 {
		return `\` + string([]byte{c})
	}
	return "\\'\"\a\b\f\n\r\t\v"[i : i+1]
}

// withoutComment cuts off what follows white space and "#".
func withoutComment(text string) string {
	blank := false
	for i, c := range text {
		if c == '#' && blank {
			return text[:i]
		}
		blank = isSpace(c)
	}
	return text
}

// expand puts in the values of ${NAME} and ${NAME:-default}. What is not closed, or has
// another operator, stays as it is.
func expand(text string, lookup func(string) (string, bool)) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, fallback, rest, ok := cutExpansion(after)
		if !ok {
			b.WriteString("$")
			text = "{" + after
			continue
		}
		value, set := lookup(name)
		if !set {
			value = fallback
		}
		b.WriteString(value)
		text = rest
	}
}

func cutExpansion(after string) (name, fallback, rest string, ok bool) {
	end := strings.IndexAny(after, ":}")
	if end < 0 {
		return "", "", "", false
	}
	name, rest = after[:end], after[end:]
	if rest, ok = strings.CutPrefix(rest, ":-"); ok {
		fallback, rest, ok = strings.Cut(rest, "}")
		return name, fallback, rest, ok
	}
	rest, ok = strings.CutPrefix(after[end:], "}")
	return name, "", rest, ok
}

// take moves on by n bytes.
func (r *envReader) take(n int) {
	r.line += strings.Count(r.rest[:n], "\n")
	r.rest = r.rest[n:]
}

// cutLine cuts text before the end of its first line.
func cutLine(text string) (line, rest string) {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// trimBlank takes white space away that is not the end of a line.
func trimBlank(text string) string {
	return strings.TrimLeftFunc(text, func(c rune) bool { return c != '\n' && isSpace(c) })
}

// isSpace is what \s and str.strip mean in Python, which has four separators more.
func isSpace(c rune) bool { return unicode.IsSpace(c) || 0x1c <= c && c <= 0x1f }
