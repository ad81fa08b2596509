package cmd

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The architecture, held by reading the source files themselves. A test that
// asked "go list" would be cached without go test knowing what it had read, and
// would go on passing after a breach.

const (
	layoutOurs   = "github.com/jwt-toolkit/jwt/"
	layoutJWX    = "github.com/lestrrat-go/jwx/v2/jwk"
	layoutJWT    = "github.com/golang-jwt/jwt/v5"
	layoutGate   = "pkg/key/jwx.go" // the one file that may import jwx
	layoutCurves = "github.com/decred/dcrd/dcrec/secp256k1/v4/... filippo.io/mldsa/..."

	// layoutWorld is the part of the standard library that reaches outside.
	layoutWorld = "os/... net net/http/... log/..."

	// layoutTestTools may be imported by any test.
	layoutTestTools = "github.com/rogpeppe/go-internal/... github.com/google/go-cmp/..."

	layoutTopLevel = "go.mod go.sum main.go cmd pkg testdata completions README.md .goreleaser.yaml LICENSE " +
		"CHANGELOG.md THIRD_PARTY.md llms.txt .ci .git .github .gitignore .golangci.yml"
)

// A layoutRow says what one package may import, as space-separated paths; one
// that ends in "/..." covers what is below it too. Only the standard library is
// open by default, so only there is anything forbidden by name.
type layoutRow struct{ ours, third, never string }

// layoutTable has every package there may be. A directory without a row is a breach.
var layoutTable = map[string]layoutRow{
	".":                    {ours: "cmd"},
	"cmd":                  {ours: "pkg/... cmd/internal/ui", third: "github.com/spf13/cobra github.com/spf13/pflag", never: "log/..."},
	"cmd/internal/gendocs": {ours: "cmd", third: "github.com/spf13/cobra/... github.com/spf13/pflag", never: "log/..."},
	"cmd/internal/ui":      {third: "github.com/fatih/color golang.org/x/term", never: "log/..."},

	"pkg/strict":    {never: layoutWorld},
	"pkg/when":      {never: layoutWorld},
	"pkg/wire":      {never: layoutWorld},
	"pkg/web":       {},
	"pkg/token":     {ours: "pkg/strict", never: layoutWorld},
	"pkg/key":       {ours: "pkg/strict", third: layoutJWX + " golang.org/x/crypto/... " + layoutCurves, never: layoutWorld},
	"pkg/alg":       {ours: "pkg/key", third: layoutJWT + " " + layoutCurves, never: layoutWorld},
	"pkg/sign":      {ours: "pkg/strict pkg/token pkg/key pkg/alg pkg/when", never: layoutWorld},
	"pkg/verify":    {ours: "pkg/strict pkg/token pkg/key pkg/alg pkg/when", never: layoutWorld},
	"pkg/preset":    {ours: "pkg/strict pkg/when", never: layoutWorld},
	"pkg/knowledge": {ours: "pkg/strict pkg/wire", never: layoutWorld},
	"pkg/diagnose":  {ours: "pkg/wire pkg/knowledge pkg/when", never: layoutWorld},
	"pkg/issuer":    {ours: "pkg/strict pkg/web"},
	"pkg/keysource": {ours: "pkg/strict pkg/key pkg/web pkg/issuer"},
	"pkg/login":     {ours: "pkg/strict pkg/web pkg/issuer"},
	"pkg/config":    {ours: "pkg/strict", third: "github.com/goccy/go-yaml/..."},
	"pkg/probe":     {ours: "pkg/wire"},
	"pkg/serve":     {ours: "pkg/strict pkg/token pkg/key pkg/alg pkg/sign pkg/verify pkg/wire"},
}

var (
	// layoutAllowed is all we take from the two JOSE libraries, called or not.
	layoutAllowed = map[string]*regexp.Regexp{
		layoutJWX: regexp.MustCompile(`^(ParseKey|FromRaw|Key)$`),
		layoutJWT: regexp.MustCompile(`^(SigningMethod(HMAC|RSA|RSAPSS|ECDSA|Ed25519)|Err\w+)$`),
	}
	// layoutMethods is every exported name that may be selected on a value in
	// layoutGate. Types are not resolved here, so it binds more than jwx's values;
	// what needs other fields or methods goes into another file.
	layoutMethods = regexp.MustCompile(`^(Raw|MarshalJSON)$`)

	// layoutProcess is what belongs to the process as a whole.
	layoutProcess = regexp.MustCompile(`^(fmt\.(Print|Scan)(f|ln)?|os\.(Exit|Stdin|Stdout|Stderr))$`)

	layoutBadNames = regexp.MustCompile(`^(utils?|common|helpers?|types)$`)
	layoutVersion  = regexp.MustCompile(`/v\d+$`)
)

// A layoutFile is one source file under the rules.
type layoutFile struct {
	*ast.File
	name, dir   string // slash-separated, from the module root
	inPkg, test bool
	fset        *token.FileSet
	imports     map[string]string // name in this file -> import path
	breaches    []string
}

// layoutBreaches says how one file breaks the architecture.
func layoutBreaches(name, src string) []string {
	l := layoutFile{name: name, dir: path.Dir(name), fset: token.NewFileSet(), imports: map[string]string{}}
	l.inPkg, l.test = strings.HasPrefix(name, "pkg/"), strings.HasSuffix(name, "_test.go")
	var err error
	if l.File, err = parser.ParseFile(l.fset, name, src, parser.SkipObjectResolution); err != nil {
		return []string{err.Error()}
	}
	l.checkPackage()
	for _, spec := range l.Imports {
		l.checkImport(spec)
	}
	if l.test {
		return l.breaches
	}
	for _, decl := range l.Decls {
		l.checkDecl(decl)
	}
	if name == layoutGate {
		// What no other file can get, no other file can misuse.
		l.checkSignatures("leaves the file", func(from string) bool { return from == layoutJWX })
	}
	if l.inPkg && ast.FileExports(l.File) { // drops all that is not exported, but for methods
		l.Decls = slices.DeleteFunc(l.Decls, layoutHiddenMethod)
		l.checkSignatures("in an exported signature", layoutThirdParty)
	}
	return l.breaches
}

func (l *layoutFile) breach(at ast.Node, format string, args ...any) {
	l.breaches = append(l.breaches, fmt.Sprintf("%s: %s", l.fset.Position(at.Pos()), fmt.Sprintf(format, args...)))
}

func (l *layoutFile) checkPackage() {
	if _, ok := layoutTable[l.dir]; !ok {
		l.breach(l.Name, "package %s has no row in the import table", l.dir)
	}
	if layoutBadNames.MatchString(path.Base(l.dir)) || layoutBadNames.MatchString(l.Name.Name) {
		l.breach(l.Name, "a package is named for what it does, not %s", l.Name.Name)
	}
}

func (l *layoutFile) checkImport(spec *ast.ImportSpec) {
	to, _ := strconv.Unquote(spec.Path.Value)
	name := strings.TrimPrefix(path.Base(layoutVersion.ReplaceAllString(to, "")), "go-")
	if spec.Name != nil {
		name = spec.Name.Name
	}
	l.imports[name] = to
	row := layoutTable[l.dir]
	ours, isOurs := strings.CutPrefix(to, layoutOurs)
	switch third := layoutThirdParty(to); {
	case name == ".":
		l.breach(spec, "dot import of %s", to)
	case to == "unsafe":
		l.breach(spec, "import of unsafe")
	case third && name == "_":
		l.breach(spec, "import of %s for its side effects", to)
	case to == layoutJWX && l.name != layoutGate:
		l.breach(spec, "jwx is imported in %s only", layoutGate)
	case layoutAllowed[to] != nil && spec.Name != nil:
		l.breach(spec, "%s is imported under its own name", to)
	case third && !layoutListed(to, row.third) && !(l.test && layoutListed(to, layoutTestTools)):
		l.breach(spec, "%s may not import %s", l.dir, to)
	case l.test: // may use the world, and our other packages
	case isOurs && !layoutListed(ours, row.ours):
		l.breach(spec, "%s may not import %s", l.dir, ours)
	case layoutListed(to, row.never):
		l.breach(spec, "%s may not import %s", l.dir, to)
	}
}

func (l *layoutFile) checkDecl(decl ast.Decl) {
	var function string // the name, unless decl is a method
	if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil {
		function = fn.Name.Name
	}
	if function == "init" {
		l.breach(decl, "func init: static tables, no registration")
	}
	isMain := function == "main" && l.Name.Name == "main"
	isEnv := function == "Main" && l.name == "cmd/root.go"

	l.eachSelector(decl, func(sel *ast.SelectorExpr, from string) {
		name := sel.Sel.Name
		allowed := layoutAllowed[from]
		switch full := from + "." + name; {
		case allowed != nil && !allowed.MatchString(name):
			l.breach(sel, "%s is not on the list of what we take from that library", full)
		case l.name == layoutGate && from == "" && sel.Sel.IsExported() && !layoutMethods.MatchString(name):
			l.breach(sel, ".%s is not on the list of methods that %s may use", name, layoutGate)
		case layoutProcess.MatchString(full) && !isMain && !(isEnv && name != "Exit"):
			l.breach(sel, "%s is for Main alone: take it from Env", full)
		}
	})
	ast.Inspect(decl, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && l.inPkg {
			s, _ := strconv.Unquote(lit.Value)
			if strings.HasPrefix(s, "--") && !strings.HasPrefix(s, "-----") { // PEM's dashes are no flag
				l.breach(lit, "%q names a flag: packages give facts, cmd/hints.go words advice", s)
			}
		}
		return true
	})
}

// checkSignatures looks for a forbidden package in what is declared, leaving out
// the bodies of functions.
func (l *layoutFile) checkSignatures(complaint string, forbidden func(importPath string) bool) {
	for _, decl := range l.Decls {
		node := ast.Node(decl)
		if fn, ok := decl.(*ast.FuncDecl); ok {
			node = fn.Type
		}
		l.eachSelector(node, func(sel *ast.SelectorExpr, from string) {
			if forbidden(from) {
				l.breach(sel, "%s.%s %s", from, sel.Sel.Name, complaint)
			}
		})
	}
}

// eachSelector visits the selectors below n with the import path of the package
// selected from, or "" where it is a value.
func (l *layoutFile) eachSelector(n ast.Node, visit func(sel *ast.SelectorExpr, from string)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			from := ""
			if x, ok := sel.X.(*ast.Ident); ok {
				from = l.imports[x.Name]
			}
			visit(sel, from)
		}
		return true
	})
}

// layoutHiddenMethod reports whether decl is a method of an unexported type.
func layoutHiddenMethod(decl ast.Decl) bool {
	fn, ok := decl.(*ast.FuncDecl)
	return ok && fn.Recv != nil && !ast.IsExported(strings.TrimPrefix(types.ExprString(fn.Recv.List[0].Type), "*"))
}

func layoutThirdParty(importPath string) bool {
	host, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(host, ".") && !strings.HasPrefix(importPath, layoutOurs)
}

func layoutListed(importPath, list string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(entry string) bool {
		tree, isTree := strings.CutSuffix(entry, "/...")
		return importPath == tree || isTree && strings.HasPrefix(importPath, tree+"/")
	})
}

// layoutBelongs reports whether a top-level entry is one of ours, or ignored.
func layoutBelongs(entry, gitignore string) bool {
	known := append(strings.Fields(layoutTopLevel), strings.Fields(gitignore)...)
	return slices.ContainsFunc(known, func(pattern string) bool {
		ok, _ := path.Match(strings.Trim(pattern, "/"), entry)
		return ok
	})
}

// TestA13NoComparisonOfOurOwn: a MAC is compared in constant time, by the library
// (crypto/hmac's Equal); the packages that verify compare no bytes themselves.
func TestA13NoComparisonOfOurOwn(t *testing.T) {
	for _, dir := range []string{"../pkg/alg", "../pkg/verify"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range file.Imports {
				switch spec.Path.Value {
				case `"bytes"`, `"reflect"`, `"unsafe"`:
					t.Errorf("%s imports %s", name, spec.Path.Value)
				}
			}
		}
	}
}

func TestLayout(t *testing.T) {
	root := os.DirFS("..")
	ignored, err := fs.ReadFile(root, ".gitignore")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if path.Dir(name) == "." && !layoutBelongs(name, string(ignored)) {
			t.Errorf("%s does not belong at the top level", name)
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		for _, b := range layoutBreaches(name, string(src)) {
			t.Error(b)
		}
		files++
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("read %d files: %v", files, err)
	}
}

func TestLayoutCatchesBreaches(t *testing.T) {
	with := func(importPath, rest string) string {
		return fmt.Sprintf("package p; import %q; %s", importPath, rest)
	}
	jwx := func(stmt string) string { return with(layoutJWX, "func f() { "+stmt+" }") }
	jwt := func(stmt string) string { return with(layoutJWT, "func f() { "+stmt+" }") }
	named := func(name, importPath string) string { return fmt.Sprintf("package p; import %s %q", name, importPath) }

	for _, planted := range []struct{ file, src, want string }{
		{"pkg/verify/x.go", with(layoutOurs+"pkg/keysource", ""), "pkg/verify may not import pkg/keysource"},
		{"pkg/probe/x.go", with(layoutOurs+"pkg/diagnose", ""), "pkg/probe may not import pkg/diagnose"},
		{"pkg/diagnose/x.go", with(layoutOurs+"pkg/probe", ""), "pkg/diagnose may not import pkg/probe"},
		{"pkg/serve/x.go", with(layoutOurs+"cmd/internal/ui", ""), "pkg/serve may not import cmd/internal/ui"},
		{"cmd/internal/ui/x.go", with(layoutOurs+"pkg/token", ""), "cmd/internal/ui may not import pkg/token"},
		{"pkg/wire/x.go", with("net/http", ""), "pkg/wire may not import net/http"},
		{"cmd/verify.go", with("log/slog", ""), "cmd may not import log/slog"},
		{"cmd/root.go", with("github.com/spf13/cobra/doc", ""), "cmd may not import github.com/spf13/cobra/doc"},
		{"pkg/verify/x.go", with(layoutJWT, ""), "pkg/verify may not import " + layoutJWT},
		{"pkg/key/jwx.go", with("github.com/lestrrat-go/jwx/v2/jws", ""), "pkg/key may not import"},
		{"cmd/x_test.go", with("github.com/stretchr/testify/assert", ""), "cmd may not import github.com/stretchr"},
		{"pkg/clever/x.go", "package clever", "pkg/clever has no row"},
		{"pkg/util/x.go", "package util", "named for what it does"},
		{"pkg/key/x.go", with("unsafe", ""), "import of unsafe"},
		{"pkg/key/x_test.go", named(".", "strings"), "dot import"},
		{"pkg/key/x.go", named("_", "golang.org/x/crypto/blake2b"), "side effects"},

		{"pkg/key/pem.go", with(layoutJWX, ""), "imported in pkg/key/jwx.go only"},
		{"pkg/key/jwx.go", named("x", layoutJWX), "under its own name"},
		{"pkg/key/jwx.go", jwx("f := jwk.Fetch; f()"), "jwk.Fetch is not on the list"},
		{"pkg/key/jwx.go", jwx(`key.Set("kid", x)`), ".Set is not on the list"},
		{"pkg/key/jwx.go", jwx("jwk.Key.Set(key, name, x)"), ".Set is not on the list"},
		{"pkg/key/jwx.go", jwx("g := key.Thumbprint; g(1)"), ".Thumbprint is not on the list"},
		{"pkg/key/jwx.go", with(layoutJWX, "func (b box) key() jwk.Key { return nil }"), "leaves the file"},
		{"pkg/key/jwx.go", with(layoutJWX, "var k, _ = jwk.FromRaw(x)"), "leaves the file"},

		{"pkg/alg/x.go", named("j", layoutJWT), "under its own name"},
		{"pkg/alg/x.go", with(layoutJWT, "var m = jwt.SigningMethodPS256"), "SigningMethodPS256 is not on the list"},
		{"pkg/alg/x.go", jwt("new(jwt.Parser).ParseUnverified(s, nil)"), "Parser is not on the list"},
		{"pkg/alg/x.go", jwt("p := jwt.ParseUnverified; p()"), "ParseUnverified is not on the list"},

		{"cmd/sign.go", with("fmt", `func f() { fmt.Println("hi") }`), "fmt.Println is for Main alone"},
		{"cmd/sign.go", with("fmt", `func f() { read := fmt.Scanln; read() }`), "fmt.Scanln is for Main alone"},
		{"cmd/sign.go", with("os", "func f() { os.Exit(1) }"), "os.Exit is for Main alone"},
		{"cmd/root.go", with("os", "func Main() int { os.Exit(1) }"), "os.Exit is for Main alone"},
		{"cmd/sign.go", with("os", "var out = os.Stdout"), "os.Stdout is for Main alone"},
		{"cmd/root.go", with("os", "func Run() { f(os.Stdin) }"), "os.Stdin is for Main alone"},
		{"pkg/probe/x.go", `package p; const hint = "--deep asks more"`, "names a flag"},
		{"pkg/alg/x.go", "package p; func init() {}", "func init"},

		{"pkg/alg/x.go", with(layoutJWT, "func F(m *jwt.SigningMethodRSA) {}"), "exported signature"},
		{"pkg/alg/x.go", with(layoutJWT, "type T struct { M jwt.SigningMethodRSA }"), "exported signature"},
		{"pkg/alg/x.go", with(layoutJWT, "var Err = jwt.ErrSignatureInvalid"), "exported signature"},
		{"pkg/config/x.go", with("github.com/goccy/go-yaml", "func (d Doc) Node() yaml.Node { return nil }"), "exported signature"},
		{"pkg/key/x.go", with("filippo.io/mldsa", "type K interface { Raw() *mldsa.PrivateKey }"), "exported signature"},
	} {
		got := strings.Join(layoutBreaches(planted.file, planted.src), "\n")
		if !strings.Contains(got, planted.want) {
			t.Errorf("%s: %s\n  got  %q\n  want %q", planted.file, planted.src, got, planted.want)
		}
	}

	for _, clean := range []struct{ file, src string }{
		{"main.go", "package main; import (\"os\"; \"" + layoutOurs + "cmd\"); func main() { os.Exit(cmd.Main()) }"},
		{"cmd/root.go", with("os", "func Main() int { return Run(os.Stdin, os.Stdout, os.Stderr) }")},
		{"cmd/sign.go", with("fmt", `func f() { fmt.Fprintln(out, "--key is a flag here") }`)},
		{"cmd/internal/gendocs/main.go", with("github.com/spf13/cobra/doc", "")},
		{"cmd/script_test.go", with("os", "func TestMain() { os.Exit(1) }")},
		{"cmd/script_test.go", with("github.com/rogpeppe/go-internal/testscript", "")},
		{"pkg/verify/x_test.go", with(layoutOurs+"pkg/keysource", "func init() {}")},
		{"pkg/knowledge/x.go", named("_", "embed")},
		{"pkg/key/pem.go", `package p; const begin = "-----BEGIN "`},
		{"pkg/key/jwx.go", jwx("k, _ := jwk.ParseKey(b); var raw any; k.Raw(&raw); kind.size++")},
		{"pkg/key/jwx.go", jwx("k, _ := jwk.FromRaw(raw); b, _ := k.MarshalJSON(); _ = b")},
		{"pkg/config/x.go", with("github.com/goccy/go-yaml/ast", "func (w *walker) Visit(n ast.Node) ast.Visitor { return w }")},
		{"pkg/alg/x.go", with(layoutJWT, "var rs = &jwt.SigningMethodRSA{Name: \"RS256\"}; var bad = jwt.ErrSignatureInvalid")},
		{"pkg/alg/x.go", with(layoutJWT, "type T struct { m *jwt.SigningMethodHMAC }; func F() { f(jwt.ErrHashUnavailable) }")},
	} {
		if got := layoutBreaches(clean.file, clean.src); got != nil {
			t.Errorf("%s: %s\n  %s", clean.file, clean.src, strings.Join(got, "\n  "))
		}
	}

	const gitignore = "/dist/\n/jwt\n*.test\n"
	for entry, want := range map[string]bool{"cmd": true, "dist": true, "jwt": true, "x.test": true, "Makefile": false} {
		if got := layoutBelongs(entry, gitignore); got != want {
			t.Errorf("%s belongs at the top level: %v, want %v", entry, got, want)
		}
	}
}
