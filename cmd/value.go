package cmd

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// maxValue is how much is read for one value. Keys and claims are far smaller,
// and a file that never ends must end somewhere.
const maxValue = 1 << 20

// maxLog is the same for a saved log: of each answer it has 64 KiB, and of each address
// there may be hundreds.
const maxLog = 64 << 20

// A value is bytes somebody named, and where they were.
type value struct {
	data    []byte
	origin  string // "file key.pem", "environment variable SECRET", "the command line"
	literal bool   // it stood on the command line itself, for all to see
}

// An inputError says which input cannot be read, and why.
type inputError struct {
	what string
	err  error
}

func (e *inputError) Error() string { return e.what + ": " + e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// A valuePrefix is a prefix that means something, and how what follows it is read.
type valuePrefix struct {
	prefix string
	read   func(a *app, rest string) (value, error)
}

// valuePrefixes is the grammar of values: every prefix that means something, and
// the one place to add another. What has none of them is the value itself.
var valuePrefixes = []valuePrefix{
	{"@", func(a *app, rest string) (value, error) {
		v, err := a.readFile(rest)
		if err != nil && misnamed(rest) {
			err = errNoFile
		}
		return v, err
	}},
	{"env:", (*app).readEnv},
	{"b64:", func(_ *app, rest string) (value, error) {
		return decodeLiteral(base64.RawStdEncoding.DecodeString(strings.TrimRight(rest, "=")))
	}},
	{"b64url:", func(_ *app, rest string) (value, error) {
		return decodeLiteral(base64.RawURLEncoding.DecodeString(strings.TrimRight(rest, "=")))
	}},
	{"hex:", func(_ *app, rest string) (value, error) { return decodeLiteral(hex.DecodeString(rest)) }},
	{"str:", func(_ *app, rest string) (value, error) { return literalValue(rest), nil }},
}

// read gives what a value stands for; what says what it is wanted for, as in
// "the secret" or "--secret".
func (a *app) read(what, text string) (value, error) {
	if o, elsewhere := a.origins[strings.TrimPrefix(what, "--")]; elsewhere {
		return a.readSetting(o, text, false)
	}
	return a.readText(what, text)
}

func (a *app) readText(what, text string) (value, error) {
	if text == "-" {
		return a.readStdin(what)
	}
	for _, p := range valuePrefixes {
		if rest, ok := strings.CutPrefix(text, p.prefix); ok {
			v, err := p.read(a, rest)
			if err != nil {
				return value{}, &inputError{what, err}
			}
			return v, nil
		}
	}
	for _, p := range strangersPrefixes {
		if strings.HasPrefix(text, p[0]) {
			return value{}, &usageError{what + ": " + p[0] + " is no prefix here", p[1] + "; to mean it as it stands: str:" + p[0] + "…"}
		}
	}
	return literalValue(text), nil
}

// strangersPrefixes are what others write before a value, and what is written here. A
// secret that begins so would be wrong in silence.
var strangersPrefixes = [...][2]string{
	{"base64:", "b64:…"}, {"base64url:", "b64url:…"}, {"file:", "@FILE"}, {"file://", "@FILE"}, {"env://", "env:NAME"},
}

// readNamed is read where a bare word is the name of a file, as with --key. What
// is plainly the thing itself is taken as that.
func (a *app) readNamed(what, text string) (value, error) {
	if o, elsewhere := a.origins[strings.TrimPrefix(what, "--")]; elsewhere {
		return a.readSetting(o, text, true)
	}
	if !bareWord(text) {
		return a.read(what, text)
	}
	if strings.Contains(text, "://") {
		return value{}, &usageError{what + ": " + web.Redact(text) + " is no file, and no http or https URL", ""}
	}
	return a.read(what, "@"+text)
}

// bareWord reports whether a value is neither the thing itself nor says how it is read.
func bareWord(text string) bool {
	return text != "-" && !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "-----BEGIN ") &&
		!slices.ContainsFunc(valuePrefixes, func(p valuePrefix) bool { return strings.HasPrefix(text, p.prefix) })
}

// readKey is readNamed of what may be a secret that was given in place of a file's name.
func (a *app) readKey(what, text string) (value, error) {
	v, err := a.readNamed(what, text)
	if err != nil && bareWord(text) && misnamed(text) && !is[*usageError](err) {
		err = &inputError{a.named(what), errNoKeyNorFile}
	}
	return v, err
}

var errNoKeyNorFile = errors.New("holds no key, and is not the name of a file that is there")

// misnamed reports whether a text names nothing that is there and does not look like a
// name: it may be a secret, which no message repeats.
func misnamed(text string) bool {
	if _, err := os.Lstat(text); err == nil || slices.Contains(fileEndings, strings.ToLower(filepath.Ext(text))) {
		return false
	}
	dir := filepath.Dir(text)
	_, err := os.Lstat(dir)
	named := strings.HasPrefix(text, "./") || dir != "." && dir != string(filepath.Separator) && err == nil // base64 has slashes, too
	return !named
}

// fileEndings are those by which the name of a file is known for one.
var fileEndings = []string{
	".pem", ".jwk", ".jwks", ".json", ".der", ".key", ".pub", ".crt", ".cer", ".cert", ".p8", ".p12", ".pfx",
	".txt", ".env", ".jwt", ".token", ".secret", ".yaml", ".yml",
}

func literalValue(text string) value {
	return value{data: []byte(text), origin: "the command line", literal: true}
}

var errEncoding = errors.New("the text after the prefix is not in that encoding")

func decodeLiteral(data []byte, err error) (value, error) {
	if err != nil {
		return value{}, errEncoding // the library's error quotes a character of it
	}
	return value{data: data, origin: "the command line", literal: true}, nil
}

func (a *app) readEnv(name string) (value, error) {
	text := a.Getenv(name)
	if text == "" && !isVariable(name) { // as from env:$SECRET
		return value{}, errNoVariable
	}
	if text == "" {
		return value{}, fmt.Errorf("environment variable %s is empty or not set", shownName(name))
	}
	return value{data: []byte(text), origin: "environment variable " + name}, nil
}

var (
	errNoVariable = errors.New("what follows env: is not the name of a variable")
	errNoFile     = errors.New("what follows @ is not the name of a file that is there")
)

// isVariable reports whether a text is the name of a variable, as POSIX has it.
func isVariable(text string) bool {
	return text != "" && (text[0] < '0' || text[0] > '9') && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

func (a *app) readFile(name string) (value, error) {
	file, err := os.Open(name)
	if err != nil {
		return value{}, fmt.Errorf("file %s: %w", shownName(name), unwrapPath(err))
	}
	defer file.Close() //nolint:errcheck // only read
	return a.readAll(file, "file "+shownName(name))
}

// longName is from which length a name may be a key or a token that was given in
// its place.
const longName = 40

// shownName is the name of a file or a variable in messages. What may be a
// credential that landed there by mistake is not repeated.
func shownName(name string) string {
	material := len(name) >= longName && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-\r\n", r)
	})
	if material || strings.Contains(name, "eyJ") {
		return ui.ShortToken(name)
	}
	return name
}

func (a *app) readStdin(what string) (value, error) {
	if err := a.claimStdin(what); err != nil {
		return value{}, err
	}
	v, err := a.readAll(a.In, "standard input")
	if err != nil {
		return value{}, &inputError{what, err}
	}
	if len(v.data) == 0 {
		return value{}, &usageError{what + ": standard input is empty", ""}
	}
	return v, nil
}

// claimStdin lets stdin be read for one thing only: a second reader would find
// it empty.
func (a *app) claimStdin(what string) error {
	if a.stdin != "" {
		return &usageError{fmt.Sprintf("standard input cannot be both %s and %s", a.stdin, what), "give one of them as @FILE or env:NAME"}
	}
	a.stdin = what
	return nil
}

func (a *app) readAll(r io.Reader, origin string) (value, error) {
	most := cmp.Or(a.most, maxValue)
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return value{}, fmt.Errorf("%s: %w", origin, unwrapPath(err))
	}
	if int64(len(data)) > most {
		return value{}, fmt.Errorf("%s: is larger than %d MiB", origin, most>>20)
	}
	return value{data: data, origin: origin}, nil
}

// unwrapPath is an error of package os without the operation and the path, which
// the caller has said already.
func unwrapPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// interruptible is a reader whose Read returns when ctx is done: one from a
// terminal would wait for a key.
type interruptible struct {
	ctx    context.Context
	r      io.Reader
	listen func()
}

func (i interruptible) Read(p []byte) (int, error) {
	i.listen()
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	own := make([]byte, len(p)) // an abandoned Read must not write to p later
	go func() {
		n, err := i.r.Read(own)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		copy(p, own[:r.n])
		return r.n, r.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}

// A pair is a name, an operator and a value. The operator decides what the value
// is, so that -P "name=$X" can never read a file, whatever X holds.
type pair struct {
	name string
	op   operator
	text string
}

type operator string

const (
	opText     operator = "="   // the value as text
	opJSON     operator = ":="  // the value as JSON
	opTextFile operator = "@="  // the content of the file, as text
	opJSONFile operator = ":@=" // the content of the file, as JSON
)

var (
	errNoOperator = errors.New("no name=value in it")
	errNotUTF8    = errors.New("is not UTF-8 text")
)

func parsePair(text string) (pair, error) {
	name, value, found := strings.Cut(text, "=")
	op := opText
	for _, longer := range []operator{opJSONFile, opTextFile, opJSON} {
		if rest, ok := strings.CutSuffix(name+"=", string(longer)); ok {
			name, op = rest, longer
			break
		}
	}
	if !found || name == "" {
		return pair{}, errNoOperator
	}
	if !utf8.ValidString(name) || op == opText && !utf8.ValidString(value) {
		return pair{}, errNotUTF8
	}
	return pair{name, op, value}, nil
}

// whole reports whether the pair means a JSON value as a whole.
func (p pair) whole() bool { return p.op == opJSON || p.op == opJSONFile }

// resolve is the pair's value as JSON.
func (a *app) resolve(flag string, p pair) (json.RawMessage, error) {
	what := fmt.Sprintf("--%s %s", flag, p.name)
	data := []byte(p.text)
	if p.op == opTextFile || p.op == opJSONFile {
		v, err := a.readFile(p.text)
		if err != nil {
			return nil, &inputError{what, err}
		}
		data = v.data
	}
	if !p.whole() {
		if !utf8.Valid(data) {
			return nil, &inputError{what, errNotUTF8}
		}
		return strict.Quote(string(data)), nil
	}
	parsed, err := strict.ParseValue(data)
	if err != nil {
		return nil, &jsonError{what, p, err}
	}
	return parsed, nil
}

// A jsonError says that the JSON value of a pair is none.
type jsonError struct {
	what string
	pair pair
	err  error
}

func (e *jsonError) Error() string { return e.what + ": the value " + e.err.Error() }
func (e *jsonError) Unwrap() error { return e.err }
