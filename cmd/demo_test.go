package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// hostileWorld is an environment that would spoil the tour if it were looked at.
var hostileWorld = map[string]string{
	"JWT_TOKEN": "not.a.token", "TOKEN": "nor.this.one", "DEMO_KEY": "no key",
	"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "::nonsense", "http_proxy": "::nonsense", "HOME": "",
}

func runDemo(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(context.Background(), testEnv(&o, &e, hostileWorld), append([]string{"demo"}, args...))
	if e.Len() > 0 {
		t.Errorf("on stderr: %s", e.String())
	}
	return code, o.String()
}

func TestDemo(t *testing.T) {
	code, out := runDemo(t, "-j")
	var got demoJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if code != 0 || !got.OK || got.Schema != "jwt.demo/v1" {
		t.Errorf("exit code %d: %s", code, out)
	}
	var exits []int
	for _, s := range got.Steps {
		exits = append(exits, s.Exit)
		if !strings.HasPrefix(s.Command, "jwt ") || s.Stdout == "" {
			t.Errorf("%q printed %q", s.Command, s.Stdout)
		}
	}
	if diff := cmp.Diff([]int{0, 0, 0, 13, 0, 20}, exits); diff != "" {
		t.Errorf("exit codes (-want +got):\n%s%s", diff, out)
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(out), &document); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ok", "schema", "steps"}, fields("", document)); diff != "" {
		t.Errorf("fields (-pinned +now):\n%s", diff)
	}
	step, _ := document["steps"].([]any)[0].(map[string]any)
	if diff := cmp.Diff([]string{"command", "exit", "stderr", "stdout"}, fields("", step)); diff != "" {
		t.Errorf("fields of a step (-pinned +now):\n%s", diff)
	}
}

// TestDemoKeepsItsKey: the tour shows its token, and its private key nowhere.
func TestDemoKeepsItsKey(t *testing.T) {
	a := &app{Env: testEnv(new(bytes.Buffer), new(bytes.Buffer), nil)}
	w, err := a.demoWorld(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	jwk, err := strict.ParseObject(w.key)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := jwk.Text("d")
	if !ok {
		t.Fatal("the key is not a private one")
	}
	environment := map[string]string{demoKey: string(w.key), demoToken: "x"}
	for _, s := range w.steps() {
		ran := a.demoRun(context.Background(), environment, s.args)
		if strings.Contains(ran.Command+ran.Stdout+ran.Stderr, d) {
			t.Errorf("%s lets the private key out", ran.Command)
		}
	}
}

// TestDemoFails: a step that ends otherwise than it should is our bug.
func TestDemoFails(t *testing.T) {
	var out, errs bytes.Buffer
	env := testEnv(&out, &errs, nil)
	env.Now = func() time.Time { return time.Time{} } // before any date that a token can have
	if code := Run(context.Background(), env, []string{"demo"}); code != 70 {
		t.Errorf("exit code %d, want 70", code)
	}
	if want := "✗ step 1 ended with exit code 2; it should be 0\n"; !strings.Contains(out.String(), want) {
		t.Errorf("%s\ndoes not have %q", out.String(), want)
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if code := Run(ctx, testEnv(&out, &errs, nil), []string{"demo"}); code != 130 {
		t.Errorf("interrupted: exit code %d, want 130", code)
	}
}

var (
	demoPort      = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	demoSomeToken = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)
)

// stable is the text of the tour without what is another thing each time: ports
// and tokens. Its times are those of the test's clock.
func stable(text string) string {
	numbers := map[string]string{}
	text = demoPort.ReplaceAllStringFunc(text, func(address string) string {
		if numbers[address] == "" {
			numbers[address] = "http://127.0.0.1:800" + string(rune('1'+len(numbers)))
		}
		return numbers[address]
	})
	return demoSomeToken.ReplaceAllString(text, "eyJ…")
}

// TestReadmeDemo holds the README to what the tour prints of its last probe.
func TestReadmeDemo(t *testing.T) {
	const (
		file       = "../README.md"
		start, end = "<!-- demo: made by cmd/demo_test.go -->\n", "<!-- end of demo -->"
		from, to   = "# and behind a proxy that takes the header away?\n", "\n✓ all of it"
	)
	var o, e bytes.Buffer
	env := testEnv(&o, &e, hostileWorld)
	env.Now = time.Now // that of the servers: no clock is to be seen as wrong
	code := Run(context.Background(), env, []string{"demo"})
	out := o.String()
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	_, probe, ok := strings.Cut(stable(out), from)
	probe, _, ok2 := strings.Cut(probe, to)
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok3 := strings.Cut(string(readme), start)
	_, after, ok4 := strings.Cut(rest, end)
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatalf("no such probe in the tour, or no place for it in README.md: %q … %q", start, end)
	}
	fresh(t, file, []byte(before+start+"```text\n"+from+probe+"```\n"+end+after))
}
