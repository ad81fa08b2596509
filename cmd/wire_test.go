package cmd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// TestWireLogs: what real servers have answered in the lab is judged again, and comes
// to what it came to. The lab has held that against what the application saw.
func TestWireLogs(t *testing.T) {
	const dir = "../testdata/wire"
	files, err := filepath.Glob(dir + "/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		log, err := wire.Load(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		d := diagnose.Explain(log, base)
		var causes []string
		for _, s := range d.Suspects {
			causes = append(causes, fmt.Sprintf("%d:%s", s.Rank, s.ID))
		}
		name, _ := filepath.Rel(dir, file)
		fmt.Fprintln(&golden, strings.TrimRight(strings.Join([]string{
			strings.TrimSuffix(filepath.ToSlash(name), ".json"), d.Verdict.String(), string(d.Claim), d.Confidence.String(), d.Rule, string(d.Reason), d.Fingerprint,
			strings.Join(causes, " "),
		}, "  "), " "))
	}
	fresh(t, dir+"/GOLDEN.txt", []byte(golden.String()))
}

// TestLongLog: whatever --log has saved, --from reads.
func TestLongLog(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, strings.Repeat("Unauthorized ", 10_000))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "log.json")
	live, _, errs := testRun(t, "probe", server.URL, "--deep", "--log", file, "-j")
	if info, err := os.Stat(file); err != nil || info.Size() <= maxValue {
		t.Fatalf("%v: %v %s", info, err, errs)
	}
	if saved, _, errs := testRun(t, "probe", "--from", file, "-j"); saved != live {
		t.Errorf("exit code %d, and %d from the saved log: %s", live, saved, errs)
	}
}

// TestWireCauses: the cause that the lab holds to be true is in the first group, or in that which it names.
func TestWireCauses(t *testing.T) {
	for _, run := range rateRuns(t) {
		is := func(s diagnose.Suspect) bool { return s.Rank <= run.want.rank() && s.ID == run.want.Cause }
		if run.want.Cause != "" && !run.HeldOut && !slices.ContainsFunc(run.got.Suspects, is) {
			t.Errorf("%s: %s with %s is not %s", run.name, run.Path, run.token, run.want.Cause)
		}
	}
}
