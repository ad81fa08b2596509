package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/login"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

type loginFlags struct {
	grant                    choice
	user, password           text
	userField, passwordField text
	clientID, clientSecret   text
	clientAuth               choice
	refreshToken             text
	issuer, device           text
	scope                    scopes
	audience                 list
	params                   pairs
	tokenField               fieldFlag
	thenProbe, scheme        text
	allowHTTP                toggle
	net                      netFlags
}

// fieldFlag is a flag with a place in an answer.
type fieldFlag struct {
	text
	field login.Field
}

func (f *fieldFlag) Set(value string) (err error) {
	if f.field, err = login.ParseField(value); err != nil {
		return err
	}
	return f.text.Set(value)
}

func (a *app) loginCommand() *cobra.Command {
	f := loginFlags{grant: choice{allowed: login.Names()}, clientAuth: choice{allowed: login.Auths()}}
	c := &cobra.Command{
		Use:     "login [URL]",
		GroupID: groupDeployed,
		Short:   "Get a token from a login or token endpoint",
		Long: `Get a token from a login or token endpoint, and print it, alone.

With a user and a URL, name and password are sent as JSON, as Flask-JWT and most
APIs want them; --grant form sends a form. With a client or an issuer it is a
grant of OAuth 2.0: client-credentials, password, refresh-token, or device-code,
where a person confirms on another device. --issuer-url finds the endpoints.

A password is asked for on the terminal unless it is given. It is sent once, to
the URL alone, and no redirect is followed with it.

--then-probe goes on to call the API, and tells whether the token arrived. The
token is not printed then; -o still writes it to a file. With -j there are two
lines: the login without the token, and the probe.`,
		Example: `  jwt login https://api.example.com/auth -u alice
  jwt login https://api.example.com/auth -u alice --password env:PASSWORD \
    --then-probe https://api.example.com/me
  jwt login --issuer-url https://id.example.com/ --client-id app \
    --client-secret env:SECRET --scope orders:read -o token
  jwt login --issuer-url https://id.example.com/ --client-id app`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error { return a.login(ctx, c, &f, args) })
	bind(c.Flags(), "grant", &f.grant)
	bind(c.Flags(), "user", &f.user)
	bind(c.Flags(), "password", &f.password)
	bind(c.Flags(), "user-field", &f.userField)
	bind(c.Flags(), "password-field", &f.passwordField)
	bind(c.Flags(), "issuer-url", &f.issuer)
	bind(c.Flags(), "client-id", &f.clientID)
	bind(c.Flags(), "client-secret", &f.clientSecret)
	bind(c.Flags(), "client-auth", &f.clientAuth)
	bind(c.Flags(), "refresh-token", &f.refreshToken)
	bind(c.Flags(), "device-url", &f.device)
	bind(c.Flags(), "scope", &f.scope)
	bind(c.Flags(), "aud", &f.audience)
	bind(c.Flags(), "param", &f.params)
	bind(c.Flags(), "token-field", &f.tokenField)
	bind(c.Flags(), "then-probe", &f.thenProbe)
	bind(c.Flags(), "scheme", &f.scheme)
	bind(c.Flags(), "allow-http", &f.allowHTTP)
	f.net.bind(c)
	complete(c, "grant", f.grant.allowed...)
	complete(c, "client-auth", f.clientAuth.allowed...)
	complete(c, "scheme", "Bearer", "JWT", "Token")
	return c
}

// A loginJSON is jwt.login/v1.
type loginJSON struct {
	Schema       string `json:"schema"`
	OK           bool   `json:"ok"`
	Token        string `json:"token,omitempty"` // not if it only goes on to the probe
	TokenType    string `json:"token_type,omitempty"`
	ExpiresIn    int64  `json:"expires_in,omitempty"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
	Grant        string `json:"grant"`
	Endpoint     string `json:"endpoint"`
	Field        string `json:"field"` // where the token was; "" for all of the answer
}

func (a *app) login(ctx context.Context, c *cobra.Command, f *loginFlags, args []string) error {
	way, err := f.way(a, c, args)
	if err != nil {
		return err
	}
	next, err := f.next(a)
	if err != nil {
		return err
	}
	client, err := f.net.client(a)
	if err != nil {
		return err
	}
	client.PlainHTTP = bool(f.allowHTTP)
	request := login.Request{
		Way: way.Name, DeviceURL: f.device.value,
		User: f.user.value, UserField: f.userField.value, PasswordField: f.passwordField.value,
		ClientID: f.clientID.value, ClientAuth: login.Auth(f.clientAuth.value),
		Scope: f.scope, Audience: f.audience, Field: f.tokenField.field,
	}
	if len(args) > 0 {
		request.URL = args[0]
	}
	for _, address := range []string{request.URL, request.DeviceURL} {
		if err := mayPost(client, address); err != nil {
			return err
		}
	}
	notes, err := a.loginCredentials(f, &request)
	if err != nil {
		return err
	}
	who := login.Client{HTTP: client, Now: a.Now, Wait: a.Wait, Show: a.showCode, Hide: func(secret string) { a.secrets.Add([]byte(secret)) }}
	if f.issuer.set {
		found, err := f.discover(ctx, who, way, &request)
		if err != nil {
			return err
		}
		notes = append(notes, found...)
	}
	notes = append(notes, f.wayThere(client, request.URL)...)
	if err := a.loginPassword(f, way, &request); err != nil {
		return err
	}
	if a.globals.verbose {
		notes = append(notes, fmt.Sprintf("asked with --grant %s", way.Name))
	}
	got, err := who.Login(ctx, request)
	if e, ok := errors.AsType[*login.ParamError](err); ok {
		return &usageError{"--param " + e.Error(), "other names of user and password: --user-field, --password-field"}
	}
	if err != nil {
		return err
	}
	a.secrets.Add([]byte(got.Token))
	a.secrets.Add([]byte(got.RefreshToken))
	given := clean(got.Token, "")
	notes = append(notes, a.loginNotes(f, request, got, given)...)
	ans := answer{exit: exitOK, notes: notes, hints: loginHints(f, got)}
	ans.json = loginJSON{"jwt.login/v1", true, got.Token, got.Type, got.ExpiresIn, got.RefreshToken, got.Scope, way.Name, got.Endpoint, got.Field}
	ans.text = func(p *ui.Page) { p.Line("%s", got.Token) }
	if next == nil {
		ans.made = true
		return a.show(ans)
	}
	next.got = &givenToken{text: given.text, removed: given.removed} // its notes are given already
	return a.loginThenProbe(ctx, c, f, next, ans, got)
}

// loginThenProbe shows the login without the token, but for a file that was asked
// for, and goes on to the probe, whose answer it is then.
func (a *app) loginThenProbe(ctx context.Context, c *cobra.Command, f *loginFlags, next *probeFlags, ans answer, got *login.Answer) error {
	if a.out.Load() != nil {
		if err := a.show(ans); err != nil {
			return err
		}
		if err := a.closeOut(); err != nil { // it is whole, whatever becomes of the probe
			return err
		}
		a.out.Store(nil)
		ans.notes, ans.hints = nil, nil
	}
	without := ans.json.(loginJSON)
	without.Token, without.RefreshToken = "", ""
	ans.json = without
	ans.text = func(p *ui.Page) {
		p.Line("a token of %d bytes from %s (%s)", len(got.Token), got.Endpoint, without.Grant)
	}
	if err := a.show(ans); err != nil {
		return err
	}
	return a.probe(ctx, c, next, []string{f.thenProbe.value})
}

// way is the one that the flags say, or that they are for.
func (f *loginFlags) way(a *app, c *cobra.Command, args []string) (login.Way, error) {
	switch {
	case len(args) > 1:
		return login.Way{}, &usageError{"more than one argument; there is one URL", "the user is -u NAME, the password --password VALUE"}
	case len(args) == 1 && f.issuer.set:
		return login.Way{}, &usageError{"a URL and --issuer-url: two places to get a token from", "give one of them"}
	case len(args) == 1 && !strings.Contains(args[0], "://"):
		return login.Way{}, &usageError{"the endpoint is not an http or https URL", "jwt login https://HOST/PATH"}
	case len(args) == 0 && !f.issuer.set:
		return login.Way{}, a.shortHelp(c, "no URL")
	}
	if f.clientSecret.set && !f.clientID.set {
		return login.Way{}, &usageError{"--client-secret needs --client-id", ""}
	}
	given := f.given()
	if f.grant.value == "" {
		way, ok := login.Choose(given)
		if !ok {
			message := "nothing says how to log in"
			if len(given) > 0 {
				message = "no way to log in takes " + inputNames(given) + " and no more"
			}
			return login.Way{}, &usageError{message, "a user: -u NAME; a client: --client-id and --client-secret; or --grant, one of " + strings.Join(login.Names(), ", ")}
		}
		return way, nil
	}
	way, _ := login.Lookup(f.grant.value)
	if lacks := way.Lacks(given); len(lacks) > 0 {
		hint := ""
		if slices.Contains(lacks, login.DeviceURL) {
			hint = "or --issuer-url instead of the URLs"
		}
		return login.Way{}, &usageError{"--grant " + way.Name + " needs " + inputNames(lacks), hint}
	}
	if excess := way.Excess(given); len(excess) > 0 {
		return login.Way{}, &usageError{"--grant " + way.Name + " has no use for " + inputNames(excess), ""}
	}
	return way, nil
}

// given is which inputs the flags have.
func (f *loginFlags) given() []login.Input {
	var given []login.Input
	for _, one := range []struct {
		in  login.Input
		set bool
	}{
		{login.User, f.user.set},
		{login.Password, f.password.set},
		{login.Fields, f.userField.set || f.passwordField.set},
		{login.ClientID, f.clientID.set},
		// A certificate says who the client is as well (RFC 8705 §2).
		{login.ClientSecret, f.clientSecret.set || f.net.cert.set && f.clientID.set && !f.user.set && !f.refreshToken.set && !f.device.set},
		{login.RefreshToken, f.refreshToken.set},
		{login.DeviceURL, f.device.set},
		{login.Issuer, f.issuer.set},
		{login.Scope, len(f.scope) > 0},
		{login.Audience, len(f.audience) > 0},
	} {
		if one.set {
			given = append(given, one.in)
		}
	}
	return given
}

// inputNames are inputs as flags, which have their names.
func inputNames(inputs []login.Input) string {
	var names []string
	for _, in := range inputs {
		names = append(names, "--"+string(in))
	}
	return strings.Join(names, ", ")
}

// next is the probe that comes after, as far as it is known; nil if there is none.
// What is wrong with it is said before a password is sent.
func (f *loginFlags) next(a *app) (*probeFlags, error) {
	if !f.thenProbe.set {
		if _, elsewhere := a.origins["scheme"]; f.scheme.set && !elsewhere {
			return nil, &usageError{"--scheme goes with --then-probe: a token by itself has none", ""}
		}
		return nil, nil
	}
	next := &probeFlags{got: &givenToken{text: "token"}, scheme: f.scheme, allowHTTP: f.allowHTTP, net: f.net}
	target, _, err := a.probeTarget(next, f.thenProbe.value)
	if err != nil {
		return nil, err
	}
	_, err = probe.Plan(target)
	return next, err
}

// mayPost refuses a URL that no password can be sent to.
func mayPost(client *web.Client, address string) error {
	if address == "" {
		return nil
	}
	err := client.MayPost(address)
	if e, ok := errors.AsType[*web.Error](err); ok {
		hint := "jwt login https://HOST/PATH"
		switch {
		case e.Fault == web.Insecure:
			hint = "use https; if it must be: --allow-http"
		case strings.Contains(e.Why, "user name"):
			hint = "the user is -u NAME, the password --password VALUE"
		}
		return &usageError{e.Error(), hint}
	}
	return err
}

// loginCredentials reads what is given of credentials and parameters.
func (a *app) loginCredentials(f *loginFlags, r *login.Request) (notes []string, err error) {
	for _, one := range []struct {
		flag string
		text *text
		to   *string
	}{
		{"--password", &f.password, &r.Password},
		{"--client-secret", &f.clientSecret, &r.ClientSecret},
		{"--refresh-token", &f.refreshToken, &r.RefreshToken},
	} {
		if !one.text.set {
			continue
		}
		v, err := a.readPassword(one.flag, one.text.value)
		if err != nil {
			return nil, err
		}
		notes = append(notes, a.once(secretNotes(a, v))...)
		*one.to = string(v.data)
	}
	if r.ClientSecret != "" {
		a.secrets.Add([]byte(login.BasicCredentials(r.ClientID, r.ClientSecret)))
	}
	for _, p := range f.params {
		if !isURL(p.text) { // it may be a second password
			a.secrets.Add([]byte(p.text))
		}
		value, err := a.resolve("param", p)
		if err != nil {
			return nil, err
		}
		if text, ok := strict.Text(value); ok && !isURL(text) {
			a.secrets.Add([]byte(text))
		}
		r.Params = append(r.Params, login.Param{Name: p.name, Value: value})
	}
	return notes, nil
}

// discover takes the endpoints from what the issuer says about itself.
func (f *loginFlags) discover(ctx context.Context, who login.Client, way login.Way, r *login.Request) (notes []string, err error) {
	found, err := who.Discover(ctx, f.issuer.value, way)
	if err != nil {
		return nil, &sourceError{"--issuer-url", true, err}
	}
	r.URL = found.Token
	if r.DeviceURL == "" {
		r.DeviceURL = found.Device
	}
	if r.ClientAuth == "" {
		r.ClientAuth = found.Auth
	}
	for _, address := range slices.Compact([]string{r.DeviceURL, r.URL}) {
		if address != "" && !issuer.SameHost(f.issuer.value, address) {
			notes = append(notes, "the issuer has an endpoint at another host: "+web.Redact(address))
		}
	}
	return notes, nil
}

// wayThere are the notes about who is between us and the endpoint.
func (f *loginFlags) wayThere(client *web.Client, address string) []string {
	var notes []string
	if f.net.insecure {
		notes = append(notes, "--insecure: whoever is on the way may have read what was sent")
	}
	if _, proxy, err := client.Transport(address); err == nil && proxy != "" {
		notes = append(notes, "the request goes through the proxy "+proxy)
	}
	return notes
}

// loginPassword asks for the user's password, if it is not given.
func (a *app) loginPassword(f *loginFlags, way login.Way, r *login.Request) error {
	if !f.user.set || f.password.set || !way.Has(login.Password) {
		return nil
	}
	var typed []byte
	if a.canAsk() {
		var err error
		if typed, err = a.ask("password of " + f.user.value + ": "); err != nil {
			return err
		}
	}
	if len(typed) == 0 {
		return &usageError{"no password: none is given, and none was typed", "--password env:NAME, or @FILE"}
	}
	r.Password = string(typed)
	return nil
}

// showCode tells a person what to type on another device. It does not wait for the
// answer, and says so even if it is to be quiet: nobody could answer otherwise.
func (a *app) showCode(code login.Code) {
	lines := []string{fmt.Sprintf("to log in, open %s and type the code %s", code.URL, code.User)}
	if code.Complete != "" {
		lines = append(lines, "or open "+code.Complete)
	}
	now := a.Now()
	lines = append(lines, "waiting; the code is good for "+strings.TrimPrefix(when.Relative(now.Add(code.Expires), now), "in "))
	for _, line := range lines {
		_, _ = fmt.Fprintf(a.Err, "%s\n", a.secrets.Redact(a.wrapErr(ui.Escape(line)))) // if stderr is gone, there is nobody to tell
	}
}

// loginNotes say what came along with the token.
func (a *app) loginNotes(f *loginFlags, r login.Request, got *login.Answer, given givenToken) []string {
	notes := given.notes
	now := a.Now()
	if got.ExpiresIn > 0 {
		notes = append(notes, "the token expires "+when.Relative(now.Add(time.Duration(got.ExpiresIn)*time.Second), now))
	} else if expires := tokenRecord(given).Expires; expires != nil {
		words := "the token expires "
		if expires.Before(now) { // the two clocks differ
			words = "the token expired "
		}
		notes = append(notes, words+when.Relative(*expires, now)+", by its own words")
	}
	if got.RefreshToken != "" && !a.json() {
		notes = append(notes, "a refresh token came along; -j prints it")
	}
	if got.Scope != "" && slices.ContainsFunc(r.Scope, func(one string) bool { return !slices.Contains(strings.Fields(got.Scope), one) }) {
		notes = append(notes, "not all of the scope was granted, only "+got.Scope)
	}
	if got.Type != "" && !strings.EqualFold(got.Type, "Bearer") && !f.scheme.set {
		notes = append(notes, "the token is of the type "+got.Type+", not Bearer")
	}
	return notes
}
