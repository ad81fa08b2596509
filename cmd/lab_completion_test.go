//go:build lab && linux

package cmd

import (
	"cmp"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// labShells are the shells that the scripts in completions/ are tried in, as people have
// them set up.
var labShells = []struct {
	name  string
	start []string
	setup string // what is typed first; SCRIPT is the script
	list  string // what makes it list what there is
	needs string // a file, beside the shell itself
}{
	{"bash", []string{"bash", "--norc", "--noprofile", "-i"}, `PS1='$ '; source /usr/share/bash-completion/bash_completion; source SCRIPT`, "\t\t", "/usr/share/bash-completion/bash_completion"},
	{"zsh", []string{"zsh", "-f", "-i"}, `PS1='$ '; mkdir fpath; cp SCRIPT fpath/_jwt; fpath=($PWD/fpath $fpath); autoload -Uz compinit; compinit -u -d $PWD/dump`, "\t", ""},
	{"fish", []string{"fish", "--no-config", "-i"}, `source SCRIPT`, "\t", ""},
}

// labCompletionName is a shell's name in required.txt.
func labCompletionName(shell string) string { return "completion-" + shell }

// labLines are typed up to a TAB, and what the last word becomes.
var labLines = []struct{ typed, word string }{
	{"jwt verif", "verify"},
	{"jwt key conv", "convert"},
	{"jwt help exit", "exit-codes"},
	{"jwt verify --alg EdD", "EdDSA"},
	{"jwt verify --min", "--min-ttl"},
	{"jwt verify --alg=EdD", "--alg=EdDSA"},
	{"jwt sign --key private.pem --exp 1h --alg E", "ES256"},
	{"jwt verify --jwks set.json --kid f", "first"}, // another is no plain word
	{"jwt verify --key pub", "public.pem"},
	{"jwt verify -p pro", "prod"},
	{"jwt sign --as github", "github-app"},
	{"jwt verify --as own", "own-kind"},
	{"jwt verify -f git", "github"},
	{"jwt verify --color alw", "always"},
	{"jwt verify --require exp,su", "exp,sub"},
	{"jwt verify --report ju", "junit="},
	{"jwt decode --part pay", "payload"},
	{"jwt decode @tok", "@token.jwt"},
	{"jwt sign --secret @tok", "@token.jwt"},
	{"jwt sign --secret @kin", "@kinds/"},
	{"jwt decode @token.jwt --claim rea", "realm"},
	{"jwt decode @token.jwt --claim /realm/ro", "/realm/roles"},
	{"jwt decode $TOKEN --claim rea", "realm"},
	{"jwt decode @token.jwt --claim https://example.com/o", "https://example.com/org"},
	{"jwt probe --expect strip", "stripped"},
	{"jwt probe --print-canary ws", "wsgi"},
}

// TestLabCompletion types at real shells, in a terminal, and looks at what they make of it.
func TestLabCompletion(t *testing.T) {
	required := labRequired(t)
	binary := filepath.Join(t.TempDir(), "jwt")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, shell := range labShells {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			missing := ""
			for _, name := range []string{shell.name, "python3"} {
				if labFind(name) == "" {
					missing = name
				}
			}
			if _, err := os.Stat(cmp.Or(shell.needs, "/")); err != nil {
				missing = shell.needs
			}
			labSkip(t, required, labCompletionName(shell.name), missing)
			script, err := filepath.Abs("../completions/jwt." + shell.name)
			if err != nil {
				t.Fatal(err)
			}
			s := labShell(t, binary, shell.start)
			s.line(strings.ReplaceAll(shell.setup, "SCRIPT", script))
			s.line("echo set''up")
			s.see("setup")
			for _, line := range labLines {
				got := s.complete(line.typed)
				if len(got) == 0 || got[len(got)-1] != line.word {
					t.Errorf("%s<TAB> becomes %q, want %s at its end", line.typed, got, line.word)
				}
			}
			s.typed("jwt verify --alg ES" + shell.list)
			for _, name := range []string{"ES256", "ES384", "ES512", "ES256K", "secp256k1 key"} {
				s.see(name)
			}
			if screen := s.screen.String(); strings.Contains(screen, "jwt: error") || strings.Contains(screen, "ShellCompDirective") {
				t.Errorf("an error stands on the screen:\n%s", screen)
			}
		})
	}
}

// A labPerson sits at a shell, in a folder with files.
type labPerson struct {
	*testing.T
	dir      string
	keyboard io.Writer
	screen   *lockedBuffer
	asked    int // how often the shell has asked the program
}

// labShell starts a shell in a terminal, which Python makes.
func labShell(t *testing.T, binary string, start []string) *labPerson {
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil { //nolint:gosec // one of them is to be run
			t.Fatal(err)
		}
	}
	// What the shell asks is answered by the program, and counted; what a person enters is
	// written down.
	write("bin/jwt", `#!/bin/sh
case $1 in
__complete*) "`+binary+`" "$@"; echo >> "$LAB/asked";;
*) printf '%s\n' "$@" > "$LAB/entered.new"; mv "$LAB/entered.new" "$LAB/entered";;
esac
`)
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsInJlYWxtIjp7InJvbGVzIjpbIngiXX0sImh0dHBzOi8vZXhhbXBsZS5jb20vb3JnIjoibyJ9.c2ln"
	write("token.jwt", token)
	write("set.json", `{"keys":[{"kty":"EC","crv":"P-256","kid":"first","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"},
{"kty":"EC","crv":"P-256","kid":"fi$(touch pwned)","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}]}`)
	write("config.yaml", "presets: kinds\nprofiles: {dev: {iss: me}, prod: {iss: me}}\n")
	write("kinds/own-kind.json", "{}")
	for name, from := range map[string]string{"private.pem": "ec256.pem", "public.pem": "ec256.pub.pem"} {
		text, err := os.ReadFile(filepath.Join("../testdata/keys", from))
		if err != nil {
			t.Fatal(err)
		}
		write(name, string(text))
	}
	const terminal = `import pty, sys; pty.spawn(["sh", "-c", "stty cols 120 rows 40; exec \"$@\"", "sh"] + sys.argv[1:])`
	p := &labPerson{T: t, dir: dir, screen: &lockedBuffer{}}
	c := exec.CommandContext(t.Context(), "python3", append([]string{"-c", terminal}, start...)...) //nolint:gosec // the test's own
	c.Dir, c.Stdout, c.Stderr, c.WaitDelay = dir, p.screen, p.screen, time.Second
	c.Env = []string{
		"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + dir, "LAB=" + dir, "TOKEN=" + token,
		"TERM=xterm", "LANG=C.UTF-8", "INPUTRC=/dev/null", "JWT_CONFIG=config.yaml",
	}
	keyboard, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.keyboard = keyboard
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = keyboard.Close()
		_ = c.Process.Kill()
		_ = c.Wait()
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
			t.Error("the shell ran a key ID")
		}
	})
	return p
}

func (p *labPerson) typed(text string) {
	p.Helper()
	if _, err := io.WriteString(p.keyboard, text); err != nil {
		p.Fatal(err)
	}
}

func (p *labPerson) line(text string) {
	p.Helper()
	p.typed(text + "\r")
}

// labEscapes is how a shell moves about and colours.
var labEscapes = regexp.MustCompile(`\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\a]*\a|[()][A-Z0-9]|[=>78M])|[\x0e\x0f\a]`)

// see waits until a text stands on the screen.
func (p *labPerson) see(text string) {
	p.Helper()
	shown := func() string { return labEscapes.ReplaceAllString(p.screen.String(), "") }
	if !p.soon(func() bool { return strings.Contains(shown(), text) }) {
		p.Errorf("%q is not on the screen:\n%s", text, shown())
	}
}

// complete types a line up to a TAB, enters what becomes of it, and says what the program
// was called with.
func (p *labPerson) complete(line string) []string {
	p.Helper()
	entered := filepath.Join(p.dir, "entered")
	_ = os.Remove(entered)
	p.typed(line + "\t")
	asked := func() int {
		text, _ := os.ReadFile(filepath.Join(p.dir, "asked"))
		return strings.Count(string(text), "\n")
	}
	if !p.soon(func() bool { return asked() > p.asked }) {
		p.Errorf("%s<TAB>: the shell asks nothing", line)
	}
	time.Sleep(50 * time.Millisecond) // it goes on with the answer
	p.asked = asked()
	p.typed("\r")
	if !p.soon(func() bool { _, err := os.Stat(entered); return err == nil }) {
		p.Errorf("%s<TAB>: the program was not called\n%s", line, p.screen)
		return nil
	}
	text, err := os.ReadFile(entered)
	if err != nil {
		p.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(word string) bool { return word == "" })
}

// soon waits until something is so, and reports whether it is.
func (p *labPerson) soon(is func() bool) bool {
	const patience, often = 10 * time.Second, 10 * time.Millisecond
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(often) {
		if is() {
			return true
		}
	}
	return false
}
