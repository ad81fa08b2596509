package cmd

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A rateRun is one probe of the lab, judged again from its log.
type rateRun struct {
	*labDeployment
	labCase
	token string
	want  labWant
	got   diagnose.Diagnosis
}

// unaskable are the true reasons for which nobody can say who sees a header there.
var unaskable = []string{"cached", "login-without-token", "mixed", "noise", "open", "past-cache", "rate-limited", "redirect", "server-error"}

// closed is why the application cannot be asked, empty if it can. It goes by what is
// true of the deployment, not by what the probe says.
func (r rateRun) closed() string {
	switch {
	case r.Sees == "unasked" || r.want.Verdict == "intercepted":
		return "something in front answers"
	case slices.Contains(unaskable, r.want.Reason):
		return r.want.Reason
	}
	return ""
}

// A rate is how the runs of one kind came out.
type rate struct{ right, undetermined, wrong int }

func (r *rate) add(run rateRun) {
	switch {
	case run.got.Verdict == diagnose.Undetermined:
		r.undetermined++
	case run.want.holds(run.got.Verdict.String()):
		r.right++
	default:
		r.wrong++
	}
}

func (r rate) runs() int { return r.right + r.undetermined + r.wrong }

// percent is a share of the runs, which there may be none of.
func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// rateTokens are the tokens by what they ask of a probe.
var rateTokens = []struct {
	name   string
	tokens []string
}{
	{"a good one", []string{"good"}},
	{"one that is not good", []string{"badly-signed", "expired", "wrong-scheme"}},
	{"none", []string{"none"}},
}

// rateSets are those whose answers the rules were made with, and those that no rule
// has seen.
var rateSets = []struct {
	name    string
	heldOut bool
}{{"the lab", false}, {"held out", true}}

// TestRates counts how often the probe decides, and how often it names the cause, over
// what real servers have answered in the lab. A wrong verdict is a failure; a low rate
// is a fact.
func TestRates(t *testing.T) {
	runs := rateRuns(t)
	for _, r := range runs {
		if r.got.Verdict != diagnose.Undetermined && !r.want.holds(r.got.Verdict.String()) {
			t.Errorf("%s: %s is wrong", r.name+r.Path+" "+r.token, r.got.Verdict)
		}
	}
	var page strings.Builder
	page.WriteString("# How often the probe decides\n\n" +
		"Written by `go test ./cmd -run TestRates -update`, from the logs in `testdata/wire`. What is\n" +
		"counted, and how, is in [README.md](README.md#rates).\n\n## Verdicts\n\n")
	rateVerdicts(&page, runs)
	page.WriteString("\n## Undetermined\n\nWhat counts against the rates above.\n\n")
	rateMisses(&page, runs)
	page.WriteString("\n## Apart\n\nWhere the application cannot be asked, and why:\n\n")
	rateClosed(&page, runs)
	page.WriteString("\n## Causes\n\nWith a good token, at URLs where the header is stripped:\n\n")
	rateCauses(&page, runs)
	page.WriteString("\n## Pending\n\nNot counted, for the lab does not run it: there the probe says something else than what is true.\n\n")
	ratePending(t, &page)
	fresh(t, filepath.Join(labDir, "RATES.md"), []byte(page.String()))
}

// rateRuns judges every log of the lab.
func rateRuns(t *testing.T) []rateRun {
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil {
		t.Fatal(err)
	}
	var runs []rateRun
	for _, d := range labDeployments(t) {
		for _, c := range d.Cases {
			for _, token := range labTokens {
				data, err := os.ReadFile(d.log(c, token))
				if err != nil {
					t.Fatalf("%v; the lab writes it with -update", err)
				}
				log, err := wire.Load(data)
				if err != nil {
					t.Fatalf("%s: %v", d.log(c, token), err)
				}
				runs = append(runs, rateRun{d, c, token, c.want(token), diagnose.Explain(log, base)})
			}
		}
	}
	return runs
}

func rateVerdicts(page *strings.Builder, runs []rateRun) {
	page.WriteString("| DEPLOYMENTS | TOKEN | RUNS | CANNOT BE ASKED | OPAQUE: DECIDED | THE OTHERS | DECIDED | UNDETERMINED | WRONG | RATE |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, set := range rateSets {
		for _, kind := range rateTokens {
			var all, closed int
			var opaque, others rate
			for _, r := range runs {
				switch {
				case r.HeldOut != set.heldOut || !slices.Contains(kind.tokens, r.token):
					continue
				case r.closed() != "":
					closed++
				case r.Opaque != "":
					opaque.add(r)
				default:
					others.add(r)
				}
				all++
			}
			fmt.Fprintf(page, "| %s | %s | %d | %d | %d of %d | %d | %d | %d | %d | %s |\n", set.name, kind.name, all, closed,
				opaque.right, opaque.runs(), others.runs(), others.right, others.undetermined, others.wrong+opaque.wrong, percent(others.right, others.runs()))
		}
	}
}

// rateMisses lists what could have been decided and was not.
func rateMisses(page *strings.Builder, runs []rateRun) {
	page.WriteString("| DEPLOYMENT | URL | TOKENS | TRUE | REASON |\n| --- | --- | --- | --- | --- |\n")
	rateList(page, runs, func(r rateRun) (string, bool) {
		truth := cmp.Or(strings.Join(r.want.Verdicts, ", "), "undetermined, says its row in the lab")
		return truth + " | " + string(r.got.Reason), r.got.Verdict == diagnose.Undetermined && r.closed() == "" && r.Opaque == ""
	})
}

func rateClosed(page *strings.Builder, runs []rateRun) {
	page.WriteString("| DEPLOYMENT | URL | TOKENS | WHY |\n| --- | --- | --- | --- |\n")
	rateList(page, runs, func(r rateRun) (string, bool) { return r.closed(), r.closed() != "" })
}

// rateList writes a line for all tokens of a URL of which the same is true.
func rateList(page *strings.Builder, runs []rateRun, of func(rateRun) (string, bool)) {
	tokens := map[string][]string{} // by the ends of the line
	var order []string
	for _, r := range runs {
		last, listed := of(r)
		if !listed {
			continue
		}
		line := r.name + " | " + r.labCase.URL + r.Path + " | \x00 | " + last
		if tokens[line] == nil {
			order = append(order, line)
		}
		tokens[line] = append(tokens[line], r.token)
	}
	for _, line := range order {
		of := strings.Join(tokens[line], ", ")
		if len(tokens[line]) == len(labTokens) {
			of = "all"
		}
		fmt.Fprintf(page, "| %s |\n", strings.Replace(line, "\x00", of, 1))
	}
}

// rateCauses ranks the true cause. Causes that look alike from outside are one group,
// and have one rank.
func rateCauses(page *strings.Builder, runs []rateRun) {
	page.WriteString("| DEPLOYMENTS | URLS | FOUND TO STRIP | TRUE CAUSE IN THE FIRST GROUP | IN THE FIRST THREE | LATER | NOT NAMED | FIRST |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	var others []string
	for _, set := range rateSets {
		var all, found, first, three, later int
		for _, r := range runs {
			if r.HeldOut != set.heldOut || r.token != "good" || r.Sees != "no" || r.closed() != "" {
				continue
			}
			all++
			if r.got.Verdict != diagnose.Stripped {
				continue
			}
			found++
			cause, rank := cmp.Or(r.TrueCause, r.want.Cause), "not named"
			if i := slices.IndexFunc(r.got.Suspects, func(s diagnose.Suspect) bool { return s.ID == cause }); i >= 0 {
				switch n := r.got.Suspects[i].Rank; {
				case n == 1:
					first++
					continue
				case n <= 3:
					three++
				default:
					later++
				}
				rank = strconv.Itoa(r.got.Suspects[i].Rank)
			}
			others = append(others, fmt.Sprintf("| %s | %s | %s | %s |", r.name, cause, rank, rateSuspects(r.got)))
		}
		fmt.Fprintf(page, "| %s | %d | %d | %d | %d | %d | %d | %s |\n", set.name, all, found, first, first+three, later, found-first-three-later, percent(first, found))
	}
	if len(others) > 0 {
		page.WriteString("\n| DEPLOYMENT | TRUE CAUSE | GROUP | FIRST GROUP |\n| --- | --- | --- | --- |\n" + strings.Join(others, "\n") + "\n")
	}
}

func ratePending(t *testing.T, page *strings.Builder) {
	files, err := filepath.Glob(filepath.Join(labDir, "pending", "*", "deployment.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		d := labLoad(t, file)
		fmt.Fprintf(page, "- `%s`: %s\n", d.name, d.Title)
	}
}

// rateSuspects is the first group.
func rateSuspects(d diagnose.Diagnosis) string {
	var ids []string
	for _, s := range d.Suspects {
		if s.Rank == 1 {
			ids = append(ids, s.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// TestHeldOut: there are enough deployments that no rule has seen, and none of what
// makes the rules knows one of them.
func TestHeldOut(t *testing.T) {
	names := map[string]bool{}
	for _, d := range labDeployments(t) {
		if d.HeldOut {
			names[d.name] = true
		}
	}
	const enough = 10
	if len(names) < enough {
		t.Errorf("%d deployments are held out; %d are the least that says something", len(names), enough)
	}
	name := regexp.MustCompile(strings.Join(slices.Sorted(maps.Keys(names)), "|"))
	for _, dir := range []string{"../pkg/knowledge", "../pkg/diagnose", "../pkg/probe"} {
		err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if found := name.Find(append(text, file...)); found != nil {
				t.Errorf("%s knows %s, which is held out", file, found)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestTraps: each row of the table of traps names deployments, and there they are.
func TestTraps(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(labDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := bytes.Cut(readme, []byte("\n## Traps\n"))
	section, _, _ = bytes.Cut(section, []byte("\n## "))
	_, section, found := bytes.Cut(section, []byte("| --- | --- |\n"))
	if !found || len(section) == 0 {
		t.Fatal("there is no table of traps")
	}
	for line := range strings.Lines(string(section)) {
		trap, deployments, ok := strings.Cut(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || !ok {
			continue
		}
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(deployments, -1)
		if len(names) == 0 {
			t.Errorf("no deployment has the trap %q", trap)
		}
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(labDir, filepath.FromSlash(name[1]), "deployment.json")); err != nil {
				t.Errorf("the trap %q: %v", trap, err)
			}
		}
	}
}
