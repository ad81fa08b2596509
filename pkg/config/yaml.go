package config

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A Kind is what may stand for a setting in a profile.
type Kind int

// A List may be one text, too.
const (
	Text Kind = iota
	List
	Switch // true or false
)

// A File is a config file.
type File struct {
	Default  string // the profile that is taken if none is named; may be empty
	Presets  string // folder with presets; may be empty
	Profiles []Profile
}

// A Profile is settings with a name.
type Profile struct {
	Name     string
	Settings []Setting
}

// A Setting is what a profile says of one thing.
type Setting struct {
	Name         string
	Values       []string // of a Switch: "true" or "false"
	Line, Column int      // of the first value, from 1
}

// Profile is the one of that name.
func (f File) Profile(name string) (Profile, bool) {
	i := slices.IndexFunc(f.Profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return f.Profiles[i], true
}

// Names are the names of all profiles, as they stand in the file.
func (f File) Names() []string {
	names := make([]string, len(f.Profiles))
	for i, p := range f.Profiles {
		names[i] = p.Name
	}
	return names
}

// Parse reads a config file: strict YAML of which little is allowed, so that it means
// the same to every reader. kinds are the settings that a profile may have. Every error
// is an [*Error].
func Parse(data []byte, kinds map[string]Kind) (File, error) {
	if len(data) > MaxSize {
		return File{}, &Error{Reason: "is larger than 1 MiB"}
	}
	if i := firstInvalid(data); i >= 0 {
		return File{}, &Error{Line: 1 + bytes.Count(data[:i], []byte("\n")), Reason: "is not UTF-8 text"}
	}
	root, err := document(newlines(strings.TrimPrefix(string(data), "\ufeff")))
	if err != nil || root == nil {
		return File{}, err
	}
	r := reader{kinds: kinds}
	r.file(root)
	if r.err != nil {
		return File{}, r.err
	}
	return r.out, nil
}

// document is the one value of a YAML text; nil if there is none.
func document(text string) (root ast.Node, err error) {
	last := 1 // the line that was read last, for a parser that gives up
	defer func() {
		if recover() != nil { // it is young, and panics where others return an error
			root, err = nil, &Error{Line: last, Reason: notYAML}
		}
	}()
	tokens := lexer.Tokenize(text)
	if err := checkTokens(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		last = doc.Body.GetToken().Position.Line
		if root != nil {
			return nil, at(doc.Body, "", "is a second document in one file")
		}
		root = doc.Body
	}
	return root, nil
}

// refused are the tokens of YAML that make one text mean another.
var refused = map[token.Type]string{
	token.AnchorType:      "an anchor is not allowed here",
	token.AliasType:       "an alias is not allowed here",
	token.MergeKeyType:    "a merge key is not allowed here",
	token.TagType:         "a tag is not allowed here",
	token.DirectiveType:   "a directive is not allowed here",
	token.MappingKeyType:  "a key is written as NAME: here",
	token.DocumentEndType: "the end of a document is not allowed here",
}

// maxDepth is how deeply lists and maps may stand in each other. The parser is
// recursive, and a stack that overflows ends the process.
const maxDepth = 8

const notYAML = "is not YAML that can be read"

func checkTokens(tokens token.Tokens) error {
	depth, headers := 0, 0
	for i, t := range tokens {
		if reason, ok := refused[t.Type]; ok {
			return atToken(t, "", reason)
		}
		switch t.Type {
		case token.InvalidType:
			return atToken(t, "", notYAML)
		case token.DocumentHeaderType:
			if headers++; headers > 1 || i > 0 {
				return atToken(t, "", "a second document is not allowed here")
			}
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			if i > 0 && tokens[i-1].Type == token.SequenceEntryType {
				return atToken(t, "", "a list in a list is not allowed here")
			}
		}
		if depth > maxDepth {
			return atToken(t, "", "too much in one another")
		}
		if t.Position.Column > maxDepth*maxIndent && i > 0 && tokens[i-1].Position.Line < t.Position.Line {
			return atToken(t, "", "is indented too far")
		}
	}
	return nil
}

// maxIndent is how many columns a level may be indented by.
const maxIndent = 16

// syntaxError is an error of the parser without its text, which quotes the file.
func syntaxError(err error) error {
	var where interface{ GetToken() *token.Token }
	if errors.As(err, &where) {
		return atToken(where.GetToken(), "", notYAML)
	}
	return &Error{Reason: notYAML}
}

func atToken(t *token.Token, name, reason string) *Error {
	e := &Error{Name: name, Reason: reason}
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	return e
}

func at(n ast.Node, name, reason string) *Error { return atToken(n.GetToken(), name, reason) }

// A reader turns what the parser found into a File, up to the first error.
type reader struct {
	kinds map[string]Kind
	out   File
	err   *Error
}

func (r *reader) fail(e *Error) {
	if r.err == nil {
		r.err = e
	}
}

// each visits the members of a map.
func (r *reader) each(n ast.Node, name string, visit func(key string, at, value ast.Node)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		r.fail(at(n, name, "takes a map: lines of NAME: VALUE"))
		return
	}
	seen := map[string]bool{}
	for i := m.MapRange(); i.Next() && r.err == nil; {
		node := i.Key()
		key, ok := node.(*ast.StringNode)
		switch {
		case !ok:
			r.fail(at(node, "", "a name that YAML takes for something else than text is not allowed here"))
		case seen[key.Value]:
			r.fail(at(node, shown(key.Value), "stands there twice"))
		default:
			seen[key.Value] = true
			visit(key.Value, node, i.Value())
		}
	}
}

// shown is a name as an error may repeat it. What was to be NAME: VALUE and is not may
// be taken for a name, with a secret in it.
func shown(name string) string {
	const longest = 32
	odd := strings.ContainsFunc(name, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", c)
	})
	if odd || name == "" || len(name) > longest {
		return "this name"
	}
	return name
}

func (r *reader) file(n ast.Node) {
	r.each(n, "the file", func(key string, where, value ast.Node) {
		switch key {
		case "default_profile":
			r.out.Default = r.text(key, value)
		case "presets":
			r.out.Presets = r.text(key, value)
		case "profiles":
			r.each(value, key, func(name string, where, value ast.Node) {
				if name == "" {
					r.fail(at(where, "", "a profile without a name"))
				}
				r.out.Profiles = append(r.out.Profiles, Profile{name, r.profile(name, value)})
			})
		default:
			e := at(where, shown(key), "is not known")
			e.There = []string{"default_profile", "presets", "profiles"}
			r.fail(e)
		}
	})
}

func (r *reader) profile(name string, n ast.Node) []Setting {
	var settings []Setting
	r.each(n, "profile "+shown(name), func(key string, where, value ast.Node) {
		kind, ok := r.kinds[key]
		if !ok {
			e := at(where, shown(key), "is no setting of a profile")
			e.There = slices.Sorted(maps.Keys(r.kinds))
			r.fail(e)
			return
		}
		first := value.GetToken().Position
		s := Setting{Name: key, Line: first.Line, Column: first.Column}
		items, isList := value.(*ast.SequenceNode)
		switch {
		case isList && kind != List:
			r.fail(at(value, key, "takes one value, not a list"))
		case isList && len(items.Values) == 0:
			r.fail(at(value, key, "is an empty list"))
		case isList:
			for _, item := range items.Values {
				s.Values = append(s.Values, r.text(key, item))
			}
		case kind == Switch:
			on, ok := value.(*ast.BoolNode)
			if !ok {
				r.fail(at(value, key, "is true or false"))
				return
			}
			s.Values = []string{map[bool]string{true: "true", false: "false"}[on.Value]}
		default:
			s.Values = []string{r.text(key, value)}
		}
		settings = append(settings, s)
	})
	return settings
}

// text is a value that YAML takes for text. A number is none: 010 means different things
// to different readers.
func (r *reader) text(name string, n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.NullNode:
		r.fail(at(n, name, "has no value"))
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		r.fail(at(n, name, "takes a text: put it between quotes"))
	default:
		r.fail(at(n, name, "takes a text"))
	}
	return ""
}
