package cmd

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/serve"
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "demo",
		GroupID: groupOther,
		Short:   "Show what it does, in 30 seconds and one process",
		Long: `Show what it does, in 30 seconds and one process.

Starts an issuer, an API that takes its tokens, and the same API behind a front
that loses the Authorization header. Then it runs the real commands against
them, and shows what was typed and what came back. All of it is on this machine:
your environment and your tokens are not looked at, and nothing is left.`,
		Example: `  jwt demo
  jwt demo -j`,
		Args: noArguments,
		RunE: a.verb(func(ctx context.Context, _ []string) error { return a.demo(ctx) }),
	}
}

// A demoJSON is jwt.demo/v1.
type demoJSON struct {
	Schema string         `json:"schema"`
	OK     bool           `json:"ok"` // whether every step ended as it should
	Steps  []demoStepJSON `json:"steps"`
}

type demoStepJSON struct {
	Command string `json:"command"` // as it is typed into a shell
	Exit    int    `json:"exit"`
	Stdout  string `json:"stdout"`
	Stderr  string `json:"stderr"`
}

// A demoStep is one command of the tour.
type demoStep struct {
	about string
	args  []string
	want  exitCode
}

// The names that the tour has for its key, its token and its audience.
const (
	demoKey      = "DEMO_KEY"
	demoToken    = "TOKEN"
	demoAudience = "api"
)

// A demoWorld is what the tour talks to, each on its own port of this machine.
type demoWorld struct {
	issuer, api, front string // URLs

	key     []byte // of the issuer, a private JWK
	servers []*serve.Server
}

// steps is the tour, and the one place to add a step.
func (w *demoWorld) steps() []demoStep {
	token, jwks := "env:"+demoToken, w.issuer+serve.JWKSPath
	return []demoStep{
		{
			"make a token, with a key from the environment; it is $" + demoToken + " from here on",
			[]string{"sign", "--key", "env:" + demoKey, "--iss", w.issuer, "--aud", demoAudience, "--sub", "alice", "--exp", "15m"}, exitOK,
		},
		{"look inside", []string{"decode", token}, exitOK},
		{"verify it with the keys that its issuer publishes", []string{"verify", "--jwks", jwks, "--iss", w.issuer, "--aud", demoAudience, token}, exitOK},
		{"the same for an audience that it is not meant for", []string{"verify", "--jwks", jwks, "--iss", w.issuer, "--aud", "web", token}, exitClaims},
		{"does the API see it?", []string{"probe", w.api + "/me", "--token", token}, exitOK},
		{"and behind a proxy that takes the header away?", []string{"probe", w.front + "/me", "--token", token}, exitStripped},
	}
}

func (a *app) demo(ctx context.Context) (err error) {
	a.Listen()
	w, err := a.demoWorld(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()

	steps := w.steps()
	done := demoJSON{Schema: "jwt.demo/v1", OK: true}
	environment := map[string]string{demoKey: string(w.key)}
	for _, s := range steps {
		ran := a.demoRun(ctx, environment, s.args)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, made := environment[demoToken]; !made { // by the first step
			environment[demoToken] = strings.TrimSpace(ran.Stdout)
		}
		done.Steps = append(done.Steps, ran)
		done.OK = done.OK && ran.Exit == s.want.number()
	}
	exit := exitOK
	if !done.OK {
		exit = exitBug
	}
	return a.show(answer{exit: exit, json: done, text: func(p *ui.Page) { demoText(p, steps, done) }})
}

// demoRun runs one command line as the whole program does, in a world where there
// is nothing but the tour's own environment.
func (a *app) demoRun(ctx context.Context, environment map[string]string, args []string) demoStepJSON {
	var out, errs bytes.Buffer
	code := Run(ctx, Env{
		In: strings.NewReader(""), Out: &out, Err: &errs, Width: a.Width, Now: a.Now,
		Getenv: func(name string) string { return environment[name] },
	}, args)
	typed := "jwt"
	for _, arg := range args {
		typed += " " + quoteForShell(arg)
	}
	return demoStepJSON{typed, code, out.String(), errs.String()}
}

func demoText(p *ui.Page, steps []demoStep, done demoJSON) {
	for i, ran := range done.Steps {
		p.Line("# %s", steps[i].about)
		p.Line("$ %s", ran.Command)
		for line := range strings.Lines(ran.Stdout + ran.Stderr) {
			p.Line("%s", strings.TrimSuffix(line, "\n"))
		}
		p.Line("# exit code %d", ran.Exit)
		p.Line("")
	}
	if done.OK {
		p.Verdict(ui.Good, "all of it was real, on this machine only; nothing is left of it")
		return
	}
	for i, ran := range done.Steps {
		if want := steps[i].want.number(); ran.Exit != want {
			p.Verdict(ui.Bad, "step %d ended with exit code %d; it should be %d", i+1, ran.Exit, want)
		}
	}
}

// demoWorld starts all that the tour talks to.
func (a *app) demoWorld(ctx context.Context) (w *demoWorld, err error) {
	w = &demoWorld{}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	for _, place := range []*string{&w.issuer, &w.api, &w.front} {
		server, err := serve.Listen(ctx)
		if err != nil {
			return w, err
		}
		w.servers = append(w.servers, server)
		*place = server.URL
	}
	if w.key, err = serve.NewKey(); err != nil {
		return w, err
	}
	set, err := key.Parse(w.key)
	if err != nil {
		return w, err
	}
	issuer, err := serve.NewIssuer(w.issuer, set.Keys[0])
	if err != nil {
		return w, err
	}
	issuer.Now = a.Now
	api := serve.NewAPI(issuer, demoAudience)
	w.servers[0].Serve(issuer)
	w.servers[1].Serve(api)
	w.servers[2].Serve(serve.Stripped(api)) // a front that is a program of its own would weigh 70 KB
	return w, nil
}

func (w *demoWorld) close() error {
	var err error
	for _, server := range w.servers {
		err = errors.Join(err, server.Close())
	}
	return err
}
