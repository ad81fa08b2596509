//go:build lab && linux

package cmd

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// labFits is which verdicts are true where the header comes to what is seen.
var labFits = map[labSees][]string{
	"yes":      {"accepted", "rejected"},
	"no":       {"stripped"},
	"unasked":  {"intercepted", "rejected"},
	"refused":  {"intercepted", "rejected"},
	"replaced": {"altered", "rejected"},
	"filled":   {"accepted", "rejected"},
	"planted":  {"altered", "intercepted"},
}

// deeply asks with all experiments, and each question three times. That may decide what
// was undecided, and must not make anything wrong.
func (l *lab) deeply(c labCase, token string) {
	if c.URL != "" || strings.Contains(c.Path, "${") { // asked at another place, or by the name of a token
		return
	}
	want, ok := c.Expect[token]
	if !ok {
		want = c.Expect["every"]
	}
	target := l.url + c.Path
	args := append([]string{"probe", target, "-j", "--deep", "--repeat", "3", "--scheme", l.Scheme}, l.netFlags(target)...)
	if value := l.tokens[token]; value != "" {
		file := filepath.Join(l.TempDir(), "token")
		if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
			l.Fatal(err)
		}
		args = append(args, "--token", "@"+file)
	}
	code, out, errs := l.run(args...)
	var got labAnswer
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		l.Fatalf("exit code %d, and no answer: %v\n%s\n%s", code, err, out, errs)
	}
	for name, token := range l.tokens {
		saved, err := got.Log.Save()
		if err != nil {
			l.Fatal(err)
		}
		l.leak(name, token, "the log", string(saved))
	}
	switch {
	case l.HeldOut && (got.Verdict == "undetermined" || want.holds(got.Verdict)):
	case got.Verdict == want.Verdict:
		cause := cmp.Or(want.Deep, want.Cause)
		if suspects := got.upTo(want.rank()); cause != "" && !slices.Contains(suspects, cause) {
			l.Errorf("deep: the first suspects are %q, want %q", suspects, cause)
		}
	case got.Verdict == "undetermined" && slices.Contains([]string{"rate-limited", "cached", "unsteady", "reads-elsewhere"}, got.Reason):
	case want.Verdict == "undetermined" && slices.Contains(labFits[l.Sees], got.Verdict):
		l.Logf("decided by the deep experiments: %s", got.Verdict)
	default:
		l.Errorf("deep: %s (%s), want %s\n%s", got.Verdict, got.Reason, want.Verdict, out)
	}
}
