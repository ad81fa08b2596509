// Command gendocs writes what is made from the command tree and from the modules
// that the program is built of: manual pages and the other files of packages.
//
//	gendocs package DIR VERSION        manual pages, copyright and changelog for packages
//	gendocs sbom BINARY FILE VERSION   what a binary is built of
//
// It is run in the folder of the module. Files that are committed (llms.txt, THIRD_PARTY.md) are written by its test, with
// -update. The same commit gives the same bytes: the date is SOURCE_DATE_EPOCH
// (https://reproducible-builds.org/specs/source-date-epoch/), in seconds since 1970.
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/cmd"
)

func main() {
	if err := run(os.Args[1:], os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		fmt.Fprintf(os.Stderr, "gendocs: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, epoch string) error {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	date := time.Unix(seconds, 0).UTC()
	switch {
	case len(args) == 3 && args[0] == "package":
		return writePackage(args[1], args[2], date)
	case len(args) == 4 && args[0] == "sbom":
		return writeSBOM(args[1], args[2], args[3], date)
	}
	return errors.New("usage: gendocs package DIR VERSION | sbom BINARY FILE VERSION")
}

// writePackage makes a folder anew, with all that packages have and the repository
// does not.
func writePackage(dir, version string, date time.Time) error {
	modules, err := linked()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil { //nolint:gosec // named by who builds
		return err
	}
	changes, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	licence, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"copyright":      []byte(copyright(strings.TrimSpace(string(licence)), modules)),
		"changelog.yaml": []byte(changelog(version, date)),
		"changelog.gz":   compress(changes),
	}
	reference := cmd.NewReference()
	for _, c := range reference.Commands {
		files[filepath.Join("man", pageName(c.Path)+".1.gz")] = compress([]byte(manPage(&reference, c, version, date)))
	}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // for packages: readable by all
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil { //nolint:gosec // the same
			return err
		}
	}
	return nil
}

// compress is gzip -9n: without a name and a time.
func compress(text []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a known level, and a buffer: cannot fail
	}
	return b.Bytes()
}

// changelog is that of packages, in the format of chglog, which nfpm reads.
func changelog(version string, date time.Time) string {
	return fmt.Sprintf(`- semver: %s
  date: %s
  packager: jwt-toolkit maintainers <maintainers@jwt-toolkit.example>
  deb:
    urgency: medium
    distributions: [unstable]
  changes:
    - note: New release; see /usr/share/doc/jwt-toolkit/changelog.gz
`, version, date.Format(time.RFC3339))
}
