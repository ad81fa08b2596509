package cmd

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A shellWord is one word of a command line as a shell would hand it on, but for
// what it would put in place of variables: those stay as they are written.
type shellWord struct {
	text     string
	variable string // the first that stands in it, "$TOKEN"; nothing was put in its place
}

// A shellError says what of a pasted text is no words. It quotes none of it but
// names of variables: the text has credentials in it.
type shellError struct {
	line int
	why  string
	hint string
}

func (e *shellError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.why) }

// shellCommands splits a text into commands and these into words, as bash does, or
// if it is written for cmd.exe, as that and the C runtime do. Nothing is run and
// nothing expanded. What stands behind a pipe is left out, and piped says so.
func shellCommands(text string) (commands [][]shellWord, piped bool, err error) {
	r := shellReader{rest: text, line: 1}
	if forCmdExe(text) {
		commands, err = r.cmdExe()
		return commands, false, err
	}
	return r.bash()
}

// forCmdExe reports whether a text was copied "as cURL (cmd)": browsers put ^ before
// each quote or, those of years ago, at the end of each line. Single quotes around a
// URL, and lines that go on behind a backslash, are a Unix shell's.
func forCmdExe(text string) bool {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return (strings.Contains(text, `^"`) || strings.Contains(text, "^\n")) && !strings.Contains(text, "\\\n") && !strings.Contains(text, " 'http")
}

type shellReader struct {
	rest string
	line int

	word    strings.Builder
	begun   bool // the word has begun: '' is one too
	unknown string
	words   []shellWord
}

func (r *shellReader) fail(why, hint string) error { return &shellError{r.line, why, hint} }

// next takes one byte. There is one.
func (r *shellReader) next() byte {
	c := r.rest[0]
	r.rest = r.rest[1:]
	if c == '\n' {
		r.line++
	}
	return c
}

func (r *shellReader) put(c byte) {
	r.word.WriteByte(c)
	r.begun = true
}

func (r *shellReader) endWord() {
	if r.begun {
		r.words = append(r.words, shellWord{r.word.String(), r.unknown})
	}
	r.word.Reset()
	r.begun, r.unknown = false, ""
}

func (r *shellReader) endCommand(commands *[][]shellWord) {
	r.endWord()
	if len(r.words) > 0 {
		*commands = append(*commands, r.words)
	}
	r.words = nil
}

// bash reads as the Bash Reference Manual has it, §3.1.2 (quoting) and §2.10 of the
// Shell Command Language of POSIX (what ends a word).
func (r *shellReader) bash() (commands [][]shellWord, piped bool, err error) {
	for len(r.rest) > 0 && err == nil {
		switch c := r.next(); {
		case c == ' ', c == '\t', c == '\r' && strings.HasPrefix(r.rest, "\n"):
			r.endWord()
		case c == '\n', c == ';':
			r.endCommand(&commands)
		case c == '&':
			if r.rest != "" && !strings.ContainsRune(" \t\r\n&", rune(r.rest[0])) || r.begun {
				return nil, false, r.fail("an & outside of quotes ends the command in a shell", "put the URL in quotes")
			}
			r.endCommand(&commands)
		case c == '|':
			r.endCommand(&commands)
			return commands, true, nil
		case c == '<', c == '>', c == '(', c == ')':
			return nil, false, r.fail(fmt.Sprintf("a %c outside of quotes, which a shell would act on", c), "take what is not the curl command off the line")
		case c == '#' && !r.begun:
			end := strings.IndexByte(r.rest, '\n')
			if end < 0 {
				end = len(r.rest)
			}
			r.rest = r.rest[end:]
		case c == '\\':
			r.escaped()
		case c == '\'':
			err = r.single()
		case c == '"':
			err = r.double()
		case c == '$' && strings.HasPrefix(r.rest, "'"):
			r.next()
			err = r.ansi()
		case c == '$' && strings.HasPrefix(r.rest, `"`): // to be translated, which nobody does
			r.next()
			err = r.double()
		case c == '$':
			err = r.dollar()
		case c == '`':
			err = r.fail("a ` outside of single quotes has a command run, and no shell runs here", "run it, and put in what it prints")
		default:
			r.put(c)
		}
	}
	r.endCommand(&commands)
	return commands, false, err
}

// escaped is what follows a backslash outside of quotes: before the end of a line it
// and that are nothing.
func (r *shellReader) escaped() {
	switch {
	case r.rest == "":
		r.put('\\')
	case strings.HasPrefix(r.rest, "\n"):
		r.next()
	case strings.HasPrefix(r.rest, "\r\n"):
		r.next()
		r.next()
	default:
		r.put(r.next())
	}
}

func (r *shellReader) single() error {
	r.begun = true
	end := strings.IndexByte(r.rest, '\'')
	if end < 0 {
		return r.unclosed("single quote")
	}
	for range end {
		r.put(r.next())
	}
	r.next()
	return nil
}

func (r *shellReader) unclosed(what string) error {
	return r.fail("a "+what+" is not closed", "is the line whole?")
}

func (r *shellReader) double() error {
	r.begun = true
	for len(r.rest) > 0 {
		switch c := r.next(); {
		case c == '"':
			return nil
		case c == '\\' && r.rest != "" && strings.IndexByte("$`\"\\\n", r.rest[0]) >= 0:
			if escaped := r.next(); escaped != '\n' {
				r.put(escaped)
			}
		case c == '$':
			if err := r.dollar(); err != nil {
				return err
			}
		case c == '`':
			return r.fail("a ` outside of single quotes has a command run, and no shell runs here", "run it, and put in what it prints")
		default:
			r.put(c)
		}
	}
	return r.unclosed("double quote")
}

// dollar is what follows a $ that a shell would look at. A variable is kept as it is
// written; whoever takes the word decides whether it can do without the value.
func (r *shellReader) dollar() error {
	name := 0
	for name < len(r.rest) && isNameByte(r.rest[name], name) {
		name++
	}
	written := ""
	switch {
	case name > 0:
		written = r.rest[:name]
	case strings.HasPrefix(r.rest, "("):
		return r.fail("$( has a command run, and no shell runs here", "run it, and put in what it prints")
	case strings.HasPrefix(r.rest, "{"):
		end := strings.IndexByte(r.rest, '}')
		if end < 0 {
			return r.unclosed("${")
		}
		if written = r.rest[:end+1]; strings.ContainsAny(written, "`\n") || strings.Contains(written, "$(") {
			return r.fail("${ with a command in it, and no shell runs here", "put in what it would be")
		}
	case r.rest != "" && strings.IndexByte("0123456789@*#?-$!", r.rest[0]) >= 0:
		written = r.rest[:1]
	}
	r.put('$')
	for range len(written) {
		r.put(r.next())
	}
	if written != "" && r.unknown == "" {
		r.unknown = "$" + written
	}
	return nil
}

func isNameByte(c byte, at int) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || at > 0 && '0' <= c && c <= '9'
}

// ansiEscapes are those of $'…' that stand for one byte, and ansiBytes these.
const (
	ansiEscapes = "abeEfnrtv\\'\"?"
	ansiBytes   = "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"
)

// ansi is what stands in $'…' (ANSI-C quoting), which Chrome writes for all that has
// a control character, a quote or a ! in it.
func (r *shellReader) ansi() error {
	r.begun = true
	for len(r.rest) > 0 {
		c := r.next()
		if c == '\'' {
			return nil
		}
		if c != '\\' || r.rest == "" {
			r.put(c)
			continue
		}
		digits := r.rest
		c = r.next()
		switch at := strings.IndexByte(ansiEscapes, c); {
		case at >= 0:
			r.put(ansiBytes[at])
		case c == 'x':
			r.code(c, 2, 16)
		case c == 'u':
			r.code(c, 4, 16)
		case c == 'U':
			r.code(c, 8, 16)
		case '0' <= c && c <= '7':
			r.rest = digits
			r.code(c, 3, 8)
		case c == 'c' && r.rest != "":
			r.put(r.next() & 0x1f)
		default:
			r.put('\\')
			r.put(c)
		}
	}
	return r.unclosed("$' quote")
}

// code is a character or byte by its number.
func (r *shellReader) code(kind byte, digits, base int) {
	const hex = "0123456789abcdef"
	number, n := 0, 0
	for n < digits && n < len(r.rest) {
		digit := strings.IndexByte(hex[:base], r.rest[n]|0x20)
		if r.rest[n] <= '9' {
			digit = strings.IndexByte(hex[:base], r.rest[n])
		}
		if digit < 0 {
			break
		}
		number = number*base + digit
		n++
	}
	r.rest = r.rest[n:]
	switch {
	case n == 0:
		r.put('\\')
		r.put(kind)
	case kind == 'u' || kind == 'U':
		r.word.Write(utf8.AppendRune(nil, rune(number))) // what is no character becomes U+FFFD
	default:
		r.put(byte(number))
	}
}

// cmdExe reads as cmd.exe does, where ^ takes the meaning from the next character,
// and then as a program does that is started there (CommandLineToArgvW).
func (r *shellReader) cmdExe() ([][]shellWord, error) {
	var commands [][]shellWord
	inQuotes := false
	line := &strings.Builder{} // the command as the program gets it
	end := func() error {
		words, err := r.windowsWords(line.String())
		if len(words) > 0 {
			commands = append(commands, words)
		}
		line.Reset()
		return err
	}
	for len(r.rest) > 0 {
		switch c := r.next(); {
		case c == '\r':
		case c == '^' && !inQuotes:
			r.rest = strings.TrimPrefix(r.rest, "\r")
			if strings.HasPrefix(r.rest, "\n") { // the line goes on, and what comes next is meant as it stands
				r.next()
				r.rest = strings.TrimPrefix(r.rest, "\r")
			}
			if r.rest != "" {
				line.WriteByte(r.next())
			}
		case c == '"':
			inQuotes = !inQuotes
			line.WriteByte(c)
		case c == '%' && percentVariable(r.rest) != "":
			return nil, r.fail("%"+percentVariable(r.rest)+"% is not expanded: no shell runs here", "put in what it stands for")
		case c == '\n', c == '&' && !inQuotes:
			inQuotes = false
			if err := end(); err != nil {
				return nil, err
			}
		case strings.IndexByte("|<>", c) >= 0 && !inQuotes:
			return nil, r.fail(fmt.Sprintf("a %c outside of quotes, which cmd.exe would act on", c), "take what is not the curl command off the line")
		default:
			line.WriteByte(c)
		}
	}
	return commands, end()
}

// percentVariable is the name in NAME%; empty if it is none.
func percentVariable(rest string) string {
	name, _, found := strings.Cut(rest, "%")
	for i := range len(name) {
		if !isNameByte(name[i], i) {
			return ""
		}
	}
	if !found {
		return ""
	}
	return name
}

// windowsWords splits a command line as the C runtime of Windows does: of backslashes
// before a quote each two are one, and one left over makes the quote a character.
func (r *shellReader) windowsWords(line string) ([]shellWord, error) {
	inQuotes := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\':
			n := 1
			for i+n < len(line) && line[i+n] == '\\' {
				n++
			}
			i += n - 1
			quote := i+1 < len(line) && line[i+1] == '"'
			if quote {
				if n%2 == 1 {
					i++
				}
				n /= 2
			}
			for range n {
				r.put('\\')
			}
			if quote && line[i] == '"' {
				r.put('"')
			}
		case c == '"' && inQuotes && i+1 < len(line) && line[i+1] == '"':
			i++
			r.put('"')
		case c == '"':
			inQuotes = !inQuotes
			r.begun = true
		case (c == ' ' || c == '\t') && !inQuotes:
			r.endWord()
		default:
			r.put(c)
		}
	}
	if inQuotes {
		return nil, r.unclosed("double quote")
	}
	r.endWord()
	words := r.words
	r.words = nil
	return words, nil
}
