// Package knowledge is what is known of the servers that lose or refuse the
// Authorization header, as data: one file for each answer they give and for each
// cause, and for each client that may leave the header out itself.
package knowledge

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed" // for the directive
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// Says is what an answer tells about the header.
type Says string

const (
	HeaderMissing  Says = "header-missing"
	WrongScheme    Says = "wrong-scheme"
	Malformed      Says = "malformed" // of the wrong form, or no JWT
	TokenRejected  Says = "token-rejected"
	Expired        Says = "expired"
	Scope          Says = "scope"
	OtherLayer     Says = "other-layer"     // something in front wants other credentials
	VerifierBroken Says = "verifier-broken" // the token arrived; what should check it failed
	TooLarge       Says = "too-large"       // the header is longer than a hop takes
)

var allSays = []Says{HeaderMissing, WrongScheme, Malformed, TokenRejected, Expired, Scope, OtherLayer, VerifierBroken, TooLarge}

// Seen reports whether who says this has parsed the header.
func (s Says) Seen() bool {
	switch s {
	case WrongScheme, Malformed, TokenRejected, Expired, Scope, VerifierBroken, TooLarge:
		return true
	}
	return false
}

// A Fingerprint is how one product says one thing.
type Fingerprint struct {
	ID      string `json:"id"` // PRODUCT.SAYS or PRODUCT.SAYS.VARIANT; the file's name
	Product string `json:"product"`
	Name    string `json:"name"`             // for people
	Family  string `json:"family,omitempty"` // language or platform of the product
	Layer   string `json:"layer"`            // app, or hop for what stands in front of one
	Says    Says   `json:"says"`

	// Scheme is the auth scheme the product wants, as it compares it. CaseSensitive
	// says whether "bearer" is another one than "Bearer" to it.
	Scheme        string `json:"scheme,omitempty"`
	CaseSensitive bool   `json:"case_sensitive,omitempty"`
	// NamesScheme says that the answer itself names the scheme it wants, so that
	// one who sent it knows that something else arrived.
	NamesScheme bool `json:"names_scheme,omitempty"`

	// FewParts says that, by this answer, what arrived has not the three parts of a
	// signed JWT (RFC 7515 §7.1).
	FewParts bool `json:"few_parts,omitempty"`

	// Anywhere says that it is a setting of the product where it looks for a token, and
	// that this answer does not name the place.
	Anywhere bool `json:"anywhere,omitempty"`

	// Alike are the other things for which the product gives this very answer. An
	// answer that is also given to a token it refuses proves nothing.
	Alike []Says `json:"alike,omitempty"`

	Match    Match           `json:"match"`
	Yes      []wire.Response `json:"yes,omitempty"` // answers it must match
	No       []wire.Response `json:"no,omitempty"`  // answers it must not match
	Overlaps []string        `json:"overlaps,omitempty"`
	Source   []string        `json:"source,omitempty"`
	Note     string          `json:"note,omitempty"`
}

// Conclusive reports whether a fingerprint of a missing header is given for
// nothing but that, wrong schemes left aside.
func (f *Fingerprint) Conclusive() bool {
	return f.Says == HeaderMissing && !slices.ContainsFunc(f.Alike, func(s Says) bool { return s != WrongScheme })
}

// A Match is what an answer must have. All of it must hold.
type Match struct {
	Status      []int             `json:"status"`
	Challenge   *Challenge        `json:"challenge,omitempty"`
	NoChallenge bool              `json:"no_challenge,omitempty"`
	Header      map[string]string `json:"header,omitempty"` // field: text that its value contains
	Body        []string          `json:"body,omitempty"`   // texts that the body contains
	EmptyBody   bool              `json:"empty_body,omitempty"`
}

// A Challenge is what some challenge of the answer must have.
type Challenge struct {
	Scheme  string            `json:"scheme"`
	Params  map[string]string `json:"params,omitempty"`  // text that the parameter contains
	Without []string          `json:"without,omitempty"` // parameters it must not have
}

// matches reports whether an answer has all that is asked.
func (m *Match) matches(r *wire.Response) bool {
	if !slices.Contains(m.Status, r.Status) || m.EmptyBody && (r.Truncated || strings.TrimSpace(r.Body) != "") {
		return false
	}
	for _, part := range m.Body {
		if !strings.Contains(r.Body, part) {
			return false
		}
	}
	for name, part := range m.Header {
		if !slices.ContainsFunc(r.Values(name), func(value string) bool { return strings.Contains(value, part) }) {
			return false
		}
	}
	// Last, because they have to be parsed.
	if !m.NoChallenge && m.Challenge == nil {
		return true
	}
	challenges := r.Challenges()
	return (!m.NoChallenge || len(challenges) == 0) && (m.Challenge == nil || slices.ContainsFunc(challenges, m.Challenge.matches))
}

// demands is how much is asked for besides the status.
func (m *Match) demands() int {
	n := len(m.Header) + len(m.Body)
	if m.NoChallenge {
		n++
	}
	if m.EmptyBody {
		n++
	}
	if c := m.Challenge; c != nil {
		n += 1 + len(c.Params) + len(c.Without)
	}
	return n
}

func (c *Challenge) matches(challenge wire.Challenge) bool {
	if !strings.EqualFold(c.Scheme, challenge.Scheme) {
		return false
	}
	for name, part := range c.Params {
		if value, ok := challenge.Param(name); !ok || !strings.Contains(value, part) {
			return false
		}
	}
	return !slices.ContainsFunc(c.Without, func(name string) bool {
		_, found := challenge.Param(name)
		return found
	})
}

// A Cause is one way in which the header gets lost or refused, and the way out.
type Cause struct {
	ID     string   `json:"id"` // the file's name
	Title  string   `json:"title"`
	When   []string `json:"when"`             // facts that must all hold
	Unless []string `json:"unless,omitempty"` // facts of which none may hold
	Prior  int      `json:"prior"`            // how common it is beside its likes, 0 to 100

	// NotACause marks what looks like a cause and is none, so that nobody is sent
	// there.
	NotACause bool `json:"not_a_cause,omitempty"`

	Fix    []string `json:"fix,omitempty"` // lines of configuration or commands
	Where  string   `json:"where,omitempty"`
	Check  string   `json:"check,omitempty"` // a command that shows whether it is so
	Why    string   `json:"why"`
	Source []string `json:"source"`
	Mark   string   `json:"mark"` // how it is known: LAB, SRC, DOC or ISS
}

// marks say how something is known: tried out, read in the source or in the
// documentation, or reported to those who make it.
var marks = []string{"LAB", "SRC", "DOC", "ISS"}

// A Base is all that is known.
type Base struct {
	Fingerprints []Fingerprint // in the order of their IDs
	Causes       []Cause
	Limits       []Limit
	Clients      []Client
}

// data/known.json.gz is all of data, but for what is for tests and readers: the samples
// of the fingerprints are most of what is known.
//
//go:embed data/known.json.gz
var embedded []byte

// Default is the knowledge that comes with the program. facts are the names that
// causes may use. A test has held every file against the rules of [Load].
func Default(facts []string) (*Base, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(embedded))
	if err != nil {
		return nil, err
	}
	base := &Base{}
	if err := json.NewDecoder(zipped).Decode(base); err != nil {
		return nil, err
	}
	for i := range base.Causes {
		if err := base.Causes[i].known(facts); err != nil {
			return nil, fmt.Errorf("%s: %w", base.Causes[i].ID, err)
		}
	}
	return base, nil
}

// Load reads a folder with the folders fingerprints, causes and clients. It refuses
// unknown members, a file without source or samples, facts nobody knows, and
// known facts that nothing uses.
func Load(fsys fs.FS, facts []string) (*Base, error) {
	base, err := (&Base{}).and(fsys, facts)
	if err != nil {
		return nil, err
	}
	for _, fact := range facts {
		if !slices.ContainsFunc(base.Causes, func(c Cause) bool { return slices.Contains(c.When, fact) || slices.Contains(c.Unless, fact) }) {
			return nil, fmt.Errorf("no cause uses the fact %q", fact)
		}
	}
	return base, base.readOthers(fsys)
}

// readOthers reads what is no fingerprint and no cause.
func (b *Base) readOthers(fsys fs.FS) (err error) {
	if b.Limits, err = limits(fsys); err != nil {
		return err
	}
	left := maxFiles
	return each(fsys, "clients", &left, func(id string, data []byte) error {
		var c Client
		if err := read(data, &c); err != nil {
			return err
		}
		b.Clients = append(b.Clients, c)
		return c.check(id)
	})
}

// With is the base and what a folder has besides, which may be that of a stranger.
// The folder is read as strictly as by [Load], but need not use every fact; it may
// not give a known ID another meaning.
func (b *Base) With(fsys fs.FS, facts []string) (*Base, error) {
	all, err := b.and(fsys, facts)
	if err == nil && len(all.Fingerprints) == len(b.Fingerprints) && len(all.Causes) == len(b.Causes) {
		err = errors.New("there is no fingerprints/*.json and no causes/*.json")
	}
	return all, err
}

func (b *Base) and(fsys fs.FS, facts []string) (*Base, error) {
	all := &Base{Fingerprints: slices.Clone(b.Fingerprints), Causes: slices.Clone(b.Causes), Limits: b.Limits, Clients: b.Clients}
	known := map[string]bool{}
	for i := range b.Fingerprints {
		known[b.Fingerprints[i].ID] = true
	}
	for i := range b.Causes {
		known[b.Causes[i].ID] = true
	}
	left := maxFiles
	err := each(fsys, "fingerprints", &left, func(id string, data []byte) error {
		var f Fingerprint
		if err := read(data, &f); err != nil {
			return err
		}
		if known[id] {
			return errKnown(id)
		}
		all.Fingerprints = append(all.Fingerprints, f)
		return f.check(id)
	})
	if err != nil {
		return nil, err
	}
	err = each(fsys, "causes", &left, func(id string, data []byte) error {
		var c Cause
		if err := read(data, &c); err != nil {
			return err
		}
		if known[id] {
			return errKnown(id)
		}
		all.Causes = append(all.Causes, c)
		if err := c.known(facts); err != nil {
			return err
		}
		return c.check(id)
	})
	if err != nil {
		return nil, err
	}
	all.sort()
	return all, nil
}

func (b *Base) sort() {
	// Not slices.SortStableFunc, here and elsewhere: each type of element costs 8 KB of
	// program, and the sort of small lists is no matter of speed.
	sort.SliceStable(b.Fingerprints, func(i, j int) bool { return b.Fingerprints[i].ID < b.Fingerprints[j].ID })
	sort.SliceStable(b.Causes, func(i, j int) bool { return b.Causes[i].ID < b.Causes[j].ID })
}

func errKnown(id string) error { return fmt.Errorf("the id %s is taken: that is known already", id) }

// The limits of a folder.
const (
	maxFiles = 1000
	maxFile  = 1 << 20 // bytes
)

// each hands on the JSON files of a folder in the order of their names. left is how
// many there may be.
func each(fsys fs.FS, folder string, left *int, use func(id string, data []byte) error) error {
	switch info, err := fs.Stat(fsys, folder); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", folder, withoutName(err))
	case !info.IsDir():
		return fmt.Errorf("%s: is no folder", folder)
	}
	dir, err := fsys.Open(folder)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, withoutName(err))
	}
	defer dir.Close() //nolint:errcheck // only read
	list, ok := dir.(fs.ReadDirFile)
	if !ok {
		return fmt.Errorf("%s: cannot be listed", folder)
	}
	entries, err := list.ReadDir(*left + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", folder, withoutName(err))
	}
	if *left -= len(entries); *left < 0 {
		return fmt.Errorf("%s: there are more than %d files", folder, maxFiles)
	}
	slices.SortStableFunc(entries, func(x, y fs.DirEntry) int { return strings.Compare(x.Name(), y.Name()) })
	for _, entry := range entries {
		id, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok {
			continue
		}
		file := path.Join(folder, entry.Name())
		data, err := readFile(fsys, file)
		if err == nil {
			err = use(id, data)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// readFile reads one file, or what a link leads to. What is no file is not opened: a
// pipe would never end.
func readFile(fsys fs.FS, file string) ([]byte, error) {
	switch info, err := fs.Stat(fsys, file); {
	case err != nil:
		return nil, withoutName(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a file")
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, withoutName(err)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("is longer than %d bytes", maxFile)
	}
	return data, err
}

// withoutName is an error without the name of its file, which is said anyway.
func withoutName(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

func read(data []byte, into any) error {
	if _, err := strict.ParseObject(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// known refuses facts that nobody knows.
func (c *Cause) known(facts []string) error {
	for _, fact := range slices.Concat(c.When, c.Unless) {
		if !slices.Contains(facts, fact) {
			return fmt.Errorf("names the fact %q, which does not exist; there are %s", fact, strings.Join(facts, ", "))
		}
	}
	return nil
}

func (f *Fingerprint) check(id string) error {
	m := &f.Match
	switch {
	case f.ID != id:
		return fmt.Errorf("has the id %q, so its name is to be %[1]s.json", f.ID)
	case f.ID != f.Product+"."+string(f.Says) && !strings.HasPrefix(f.ID, f.Product+"."+string(f.Says)+"."):
		return fmt.Errorf("the id is not %s.%s", f.Product, f.Says)
	case !slices.Contains(allSays, f.Says) || slices.ContainsFunc(f.Alike, func(s Says) bool { return !slices.Contains(allSays, s) }):
		return fmt.Errorf("says %q, which is none of %v", f.Says, allSays)
	case f.Layer != "app" && f.Layer != "hop":
		return fmt.Errorf("the layer is neither app nor hop")
	case f.Name == "" || len(f.Source) == 0:
		return fmt.Errorf("has no name or no source")
	case len(f.Yes) == 0 || len(f.No) == 0:
		return fmt.Errorf("has no sample that it must match, or none that it must not")
	case len(m.Status) == 0 || m.Challenge == nil && len(m.Header) == 0 && len(m.Body) == 0:
		return fmt.Errorf("matches on a status alone")
	case slices.Contains(m.Body, "") || m.Challenge != nil && m.Challenge.Scheme == "":
		return fmt.Errorf("asks for an empty text, or for a challenge of no scheme")
	}
	for i := range f.Yes {
		if !m.matches(&f.Yes[i]) {
			return fmt.Errorf("does not match its sample yes[%d]", i)
		}
	}
	for i := range f.No {
		if m.matches(&f.No[i]) {
			return fmt.Errorf("matches its sample no[%d]", i)
		}
	}
	return nil
}

func (c *Cause) check(id string) error {
	switch {
	case c.ID != id:
		return fmt.Errorf("has the id %q, so its name is to be %[1]s.json", c.ID)
	case c.Title == "" || c.Why == "" || len(c.Source) == 0 || len(c.When) == 0:
		return fmt.Errorf("has no title, reason, source or condition")
	case !slices.Contains(marks, c.Mark):
		return fmt.Errorf("is marked %q; only %s are knowledge", c.Mark, strings.Join(marks, ", "))
	case c.NotACause == (len(c.Fix) > 0):
		return fmt.Errorf("a cause has a fix, and what is none has none")
	case !c.NotACause && (c.Where == "" || c.Check == ""):
		return fmt.Errorf("does not say where the fix goes, or how to check")
	case c.Prior < 0 || c.Prior > 100:
		return fmt.Errorf("the prior is not within 0 and 100")
	}
	return nil
}

// Identify gives the fingerprints that match an answer, the best name for it
// first: those of applications before those of hops, what asks for more before
// what asks for less, then in the order of their IDs. So a product stands before
// the standard that it follows.
func (b *Base) Identify(r *wire.Response) []*Fingerprint {
	var found []*Fingerprint
	for i := range b.Fingerprints {
		if f := &b.Fingerprints[i]; f.Match.matches(r) {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(x, y *Fingerprint) int {
		return cmp.Or(strings.Compare(x.Layer, y.Layer), cmp.Compare(y.Match.demands(), x.Match.demands()))
	})
	return found
}
