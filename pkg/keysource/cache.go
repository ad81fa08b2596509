package keysource

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/web"
)

// How long a document is taken from the cache, whatever its server says: long
// enough for a script's loop, and no longer than a key that was withdrawn may live on.
const (
	minAge = time.Minute
	maxAge = 24 * time.Hour
)

// A cache is a directory that keeps documents from run to run, one file each. It
// holds the keys that tokens are judged by, so nobody else may write there.
type cache struct{ dir string }

// An entry is a document and how it was come by. Its file is named for the SHA-256
// of the URL and has the entry as JSON in its first line, and then the document.
type entry struct {
	URL     string    `json:"url"`
	Fetched time.Time `json:"fetched"`
	MaxAge  int64     `json:"max_age"` // seconds
	body    []byte
}

// fresh reports whether the document can still be taken for what its server has.
func (e *entry) fresh(now time.Time) bool {
	return now.Sub(e.Fetched) < clamp(time.Duration(e.MaxAge)*time.Second)
}

// response is the answer that the document once was.
func (e *entry) response() *web.Response {
	return &web.Response{URL: web.Redact(e.URL), Status: http.StatusOK, Header: http.Header{}, Body: e.body}
}

// A CacheError says why a cache is not used: somebody else could have put keys there.
type CacheError struct {
	Dir string
	Why string // a predicate
}

func (e *CacheError) Error() string { return e.Dir + " " + e.Why }

// open makes the directory if it must. It judges what it has opened, so that the
// directory cannot become another one afterwards, and no link leads out of it.
func (c cache) open() (*os.Root, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(".")
	if err == nil {
		if why := exposed(info); why != "" {
			err = &CacheError{Dir: c.dir, Why: why}
		}
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return root, nil
}

var errDamaged = errors.New("is no entry of a cache, or of another URL")

// load is what is kept of a URL. A file that is damaged is as good as none.
func (c cache) load(address string) (*entry, error) {
	root, err := c.open()
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // only read
	file, err := root.Open(fileName(address))
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(file, 2*maxDocument))
	if err != nil {
		return nil, err
	}
	return parseEntry(data, address)
}

func parseEntry(file []byte, address string) (*entry, error) {
	head, body, _ := bytes.Cut(file, []byte("\n"))
	e := &entry{body: body}
	if err := json.Unmarshal(head, e); err != nil || e.URL != address {
		return nil, errDamaged
	}
	return e, nil
}

// save keeps a document. Whoever reads at the same time finds the old one or the
// new one, and never a part.
func (c cache) save(e *entry) error {
	root, err := c.open()
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing is written to it
	head, err := json.Marshal(e)
	if err != nil {
		return err
	}
	name := fileName(e.URL)
	part := name + "." + rand.Text()
	file, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(append(head, '\n'), e.body...))
	if err = errors.Join(err, file.Close()); err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		_ = root.Remove(part)
	}
	return err
}

func fileName(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:])
}

// lifetime is how long an answer may be taken for what its server has, in whole
// seconds (RFC 9111 §4.2.1); not ok if it must not be kept at all (§5.2.2.5).
func lifetime(header http.Header) (seconds int64, ok bool) {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(strings.Join(header.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		directives[strings.ToLower(name)] = value
	}
	if _, never := directives["no-store"]; never {
		return 0, false
	}
	age := time.Duration(0)
	if _, always := directives["no-cache"]; !always {
		age = deltaSeconds(directives["max-age"]) - deltaSeconds(header.Get("Age"))
	}
	return int64(clamp(age) / time.Second), true
}

// deltaSeconds reads a number of seconds; more than it can hold is as many as it
// can, and what is none is 0 (RFC 9111 §1.2.2).
func deltaSeconds(text string) time.Duration {
	const bits = 31
	seconds, err := strconv.ParseUint(strings.Trim(text, `"`), 10, bits)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return time.Duration(seconds) * time.Second //nolint:gosec // 31 bits
}

func clamp(age time.Duration) time.Duration { return min(max(age, minAge), maxAge) }
