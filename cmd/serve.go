package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

type serveFlags struct {
	listen                 text
	hosts, origins         list
	keys                   keyFlags // --key and --key-password
	alg                    algorithm
	audience               text
	scope                  scopes
	exp, rotate, slow      span
	user, password         text
	clientID, clientSecret text
	strip, tls             toggle
	fail                   faults
	cert, certKey, certOut text
}

// faults is a flag with the status that a path is answered with.
type faults map[string]int

func (f *faults) String() string { return "" }
func (f *faults) Type() string   { return "fault" }
func (f *faults) Set(value string) error {
	path, number, found := strings.Cut(value, "=")
	if !found {
		path, number = serve.ProtectedPath, value
	}
	status, err := strconv.Atoi(number)
	switch {
	case err != nil || status < 400 || status > 599:
		return errors.New("a status of 400 to 599 is wanted, alone or behind PATH=")
	case !strings.HasPrefix(path, "/"):
		return errors.New("the path starts with a slash: " + serve.TokenPath + "=503")
	case (*f)[path] != 0:
		return errTwice
	case *f == nil:
		*f = faults{}
	}
	(*f)[path] = status
	return nil
}

// What jwt serve does unless it is told otherwise.
const (
	serveAddress  = "127.0.0.1:8080"
	serveAudience = "api"
	serveUser     = "alice"
	serveClient   = "app"
	serveLifetime = 15 * time.Minute
	serveRotation = time.Second // at least
)

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:     "serve",
		GroupID: groupDeployed,
		Short:   "Be an issuer and an API, for development",
		Long: `Be an issuer and an API, for development.

Prints its URL when it is ready, and nothing else on stdout; -j prints all that
a client needs. Each request is a line on stderr, without what was sent. Ctrl-C
or a signal to terminate ends it, with exit code 0.

  /.well-known/openid-configuration, /.well-known/jwks.json
  /oauth/token      client credentials, password, refresh token, device code
  /auth             name and password as JSON, as Flask-JWT has it
  /device           where the code of a device is typed
  /protected        an API for who has a token with --aud and --scope
  /echo, /canary    what arrived as Authorization: a digest, not the value
  /rotate           POST: sign with a new key from now on

Keys and passwords are made up at each start, unless they are given. It is on
this machine only, unless --listen says otherwise, and answers no web page but
those of --cors. A token is good for an hour at most. Whoever asks for another
audience or scope gets it: to see it refused is what this is for.`,
		Example: `  jwt serve
  jwt serve --listen 127.0.0.1:0 -o url &
  jwt serve -u alice --password env:PASSWORD --scope orders:read --exp 1m
  jwt serve --rotate 5m
  jwt serve --tls --cert-out ca.pem --host id.test --listen 0.0.0.0:8443
  jwt serve --strip
  jwt serve --fail /oauth/token=503 --slow 2s`,
		Args: noArguments,
	}
	c.RunE = a.verb(func(ctx context.Context, _ []string) error { return a.serve(ctx, &f) })
	bind(c.Flags(), "listen", &f.listen)
	bind(c.Flags(), "host", &f.hosts)
	bind(c.Flags(), "cors", &f.origins)
	bind(c.Flags(), "tls", &f.tls)
	bind(c.Flags(), "cert-out", &f.certOut)
	bind(c.Flags(), "cert", &f.cert)
	bind(c.Flags(), "cert-key", &f.certKey)
	bind(c.Flags(), "key", &f.keys.key)
	bind(c.Flags(), "key-password", &f.keys.password)
	bind(c.Flags(), "alg", &f.alg)
	bind(c.Flags(), "rotate", &f.rotate)
	bind(c.Flags(), "user", &f.user)
	bind(c.Flags(), "password", &f.password)
	bind(c.Flags(), "client-id", &f.clientID)
	bind(c.Flags(), "client-secret", &f.clientSecret)
	bind(c.Flags(), "aud", &f.audience)
	bind(c.Flags(), "scope", &f.scope)
	bind(c.Flags(), "exp", &f.exp)
	bind(c.Flags(), "strip", &f.strip)
	bind(c.Flags(), "slow", &f.slow)
	bind(c.Flags(), "fail", &f.fail)
	complete(c, "alg", publishable()...)
	return c
}

// publishable are the algorithms whose keys have a public half.
func publishable() []string {
	return slices.DeleteFunc(alg.Names(), func(name string) bool {
		a, _ := alg.Lookup(name)
		return a.Kind == key.Secret
	})
}

// A serveJSON is jwt.serve/v1. Password and secret are there if they were made up.
type serveJSON struct {
	Schema       string   `json:"schema"`
	Issuer       string   `json:"issuer"`
	Address      string   `json:"address"` // that it listens at
	JWKS         string   `json:"jwks_uri"`
	Token        string   `json:"token_endpoint"`
	Device       string   `json:"device_authorization_endpoint"`
	Auth         string   `json:"auth"`
	Protected    string   `json:"protected"`
	Echo         string   `json:"echo"`
	Alg          string   `json:"alg"`
	KID          string   `json:"kid"`
	Audience     string   `json:"aud"`
	Scope        []string `json:"scope"`
	ExpiresIn    int64    `json:"expires_in"` // seconds
	User         string   `json:"user"`
	Password     string   `json:"password,omitempty"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret,omitempty"`
}

func (a *app) serve(ctx context.Context, f *serveFlags) (err error) {
	a.Listen()
	if err := f.check(); err != nil {
		return err
	}
	account, notes, err := a.serveAccount(f)
	if err != nil {
		return err
	}
	k, keyNotes, err := a.serveKey(ctx, f)
	if err != nil {
		return err
	}
	address, host, err := f.place()
	if err != nil {
		return err
	}
	certificate, public, err := a.serveCertificate(f, host)
	if err != nil {
		return err
	}
	server, err := serve.ListenAt(ctx, address)
	if err != nil {
		return listenError(address, err)
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if public != nil && f.certOut.set {
		if err := a.writeFile("--cert-out", f.certOut.value, public, true); err != nil {
			return err
		}
	}
	listening := strings.TrimPrefix(server.URL, "http://")
	issuer, err := serve.NewIssuer(issuerURL(certificate != nil, host, listening), k)
	if err != nil {
		return &inputError{"--key", err}
	}
	issuer.Now = a.Now
	log := &serveLog{app: a, issuer: issuer.URL(), cors: f.origins}
	handler := f.site(issuer, account, host, log).Handler()
	if certificate != nil {
		server.ServeTLS(handler, *certificate)
	} else {
		server.Serve(handler)
	}

	at := func(path string) string { return issuer.URL() + path }
	ready := serveJSON{
		"jwt.serve/v1", issuer.URL(), listening, at(serve.JWKSPath), at(serve.TokenPath), at(serve.DeviceCodePath), at(serve.AuthPath),
		at(serve.ProtectedPath), at(serve.EchoPath), signsWith(k), issuer.Keys().Keys[0].ID,
		f.aud(), append([]string{}, f.scope...), int64(f.lifetime() / time.Second), account.User, "", account.ClientID, "",
	}
	if !f.password.set {
		ready.Password = account.Password
	}
	if !f.clientSecret.set {
		ready.ClientSecret = account.ClientSecret
	}
	if err := a.show(answer{
		exit: exitOK, made: true, json: ready, notes: slices.Concat(notes, keyNotes, f.notes(ready, certificate != nil)),
		text: func(p *ui.Page) { p.Line("%s", issuer.URL()) },
	}); err != nil {
		return err
	}
	if err := a.closeOut(); err != nil { // somebody waits for it
		return err
	}
	a.out.Store(nil)
	a.secrets.Add([]byte(account.Password)) // made up or not, from now on nobody says it
	a.secrets.Add([]byte(account.ClientSecret))

	f.turn(ctx, issuer, log)
	const grace = grace * 2 / 3 // of what a verb has
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return err
	}
	a.ended.Store(true)
	return nil
}

// turn waits until the server is to end, and rotates the keys meanwhile.
func (f *serveFlags) turn(ctx context.Context, issuer *serve.Issuer, log *serveLog) {
	var turn <-chan time.Time
	if f.rotate.set {
		ticker := time.NewTicker(f.rotate.length)
		defer ticker.Stop()
		turn = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn:
			kid, err := issuer.Renew()
			if err != nil {
				log.line("note: no new key: %s", err)
				continue
			}
			log.line("note: signing with the new key %s; %d are published", kid, len(issuer.Keys().Keys))
		}
	}
}

// check refuses what does not fit together, before anything is asked for or made.
func (f *serveFlags) check() error {
	switch {
	case f.exp.set && (f.exp.length > serve.MaxLifetime || f.exp.length < time.Second):
		return &usageError{"--exp: a token of jwt serve is good for 1 second to 1 hour", "for one that lasts: jwt sign"}
	case f.rotate.set && f.rotate.length < serveRotation:
		return &usageError{"--rotate: a key signs for a second at least", "at once: curl -X POST URL" + serve.RotatePath}
	case f.slow.set && f.slow.length <= 0:
		return &usageError{"--slow is how long it waits: more than nothing", ""}
	case bool(f.tls) && f.cert.set:
		return &usageError{"--tls makes a certificate, and --cert has one", "give one of them"}
	case f.certKey.set && !f.cert.set:
		return &usageError{"--cert-key without --cert", ""}
	case f.certOut.set && !bool(f.tls):
		return &usageError{"--cert-out writes the certificate that --tls makes", ""}
	case f.keys.password.set && !f.keys.key.set:
		return &usageError{"--key-password goes with --key", ""}
	}
	for _, one := range []struct {
		flag string
		text text
	}{{"--user", f.user}, {"--client-id", f.clientID}, {"--aud", f.audience}} {
		if one.text.set && one.text.value == "" {
			return &usageError{one.flag + " is empty", ""}
		}
	}
	for _, host := range f.hosts {
		if _, err := netip.ParseAddr(host); err != nil && (host == "" || strings.ContainsAny(host, ":/@?#[] *")) {
			return &usageError{"--host is a name without scheme and port", "--host id.test"}
		}
	}
	for _, origin := range f.origins {
		at, err := url.Parse(origin)
		if err != nil || at.Host == "" || at.Scheme+"://"+at.Host != origin {
			return &usageError{"--cors is the origin of a web page: scheme, host and port, and no slash behind them", "--cors http://localhost:3000"}
		}
	}
	return nil
}

// place is where to listen, and by which name it is reached.
func (f *serveFlags) place() (address, host string, err error) {
	address = cmp.Or(f.listen.value, serveAddress)
	if _, err := strconv.ParseUint(address, 10, 16); err == nil {
		address = "127.0.0.1:" + address
	}
	wrong := &usageError{"--listen is an address and a port", "--listen " + serveAddress + ", or 127.0.0.1:0 for a free port"}
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" || port == "" {
		return "", "", wrong
	}
	ip, err := netip.ParseAddr(host)
	if err != nil && host != "localhost" {
		return "", "", wrong
	}
	switch {
	case len(f.hosts) > 0:
		return address, f.hosts[0], nil
	case ip.IsUnspecified():
		return "", "", &usageError{"--listen " + address + ": every address of this machine, and no name to reach it by", "--host NAME, as others know it"}
	}
	return address, host, nil
}

// issuerURL is where others reach it.
func issuerURL(secure bool, host, listening string) string {
	_, port, _ := net.SplitHostPort(listening) // net made it
	scheme, usual := "http", "80"
	if secure {
		scheme, usual = "https", "443"
	}
	if port == usual {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// listenError says why an address cannot be had.
func listenError(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &usageError{"--listen " + address + ": the port is taken by another program", "for a free one: --listen 127.0.0.1:0"}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return &usageError{"--listen " + address + ": this machine has no such address", ""}
	case errors.Is(err, syscall.EACCES):
		return &usageError{"--listen " + address + ": this user may not take that port", "for a free one: --listen 127.0.0.1:0"}
	}
	return fmt.Errorf("--listen %s: %w", address, err)
}

// serveAccount is who may log in. What is not given is made up.
func (a *app) serveAccount(f *serveFlags) (account serve.Account, notes []string, err error) {
	account = serve.Account{User: cmp.Or(f.user.value, serveUser), ClientID: cmp.Or(f.clientID.value, serveClient)}
	for _, one := range []struct {
		flag string
		text *text
		to   *string
	}{
		{"--password", &f.password, &account.Password},
		{"--client-secret", &f.clientSecret, &account.ClientSecret},
	} {
		if !one.text.set {
			made := make([]byte, 16)
			_, _ = rand.Read(made) // never fails
			*one.to = hex.EncodeToString(made)
			continue
		}
		v, err := a.readPassword(one.flag, one.text.value)
		if err != nil {
			return account, nil, err
		}
		notes = append(notes, a.once(secretNotes(a, v))...)
		*one.to = string(v.data)
	}
	return account, notes, nil
}

// serveKey is the key of --key, or a new one.
func (a *app) serveKey(ctx context.Context, f *serveFlags) (key.Key, []string, error) {
	none := func(err error) (key.Key, []string, error) { return key.Key{}, nil, err }
	algorithm, _ := alg.Lookup(cmp.Or(f.alg.value, "ES256")) // the flag takes no other
	if algorithm.Kind == key.Secret {
		return none(&usageError{algorithm.Name + " has no public key, and a JWK Set is for everybody", "--alg ES256, or one of " + strings.Join(publishable(), ", ")})
	}
	if !f.keys.key.set {
		bits := 0
		if algorithm.Kind == key.RSA {
			bits, _ = strconv.Atoi(defaultBits)
		}
		k, err := key.New(algorithm.Kind, bits)
		k.Alg = algorithm.Name
		return k, nil, err
	}
	source, err := f.keys.openRow(a, keyRow{"--key", &f.keys.key, keysource.Key, (*app).readKey})
	if err != nil {
		return none(err)
	}
	set, err := source.Keys(ctx, "")
	if err != nil {
		return none(source.fault(err))
	}
	if len(set.Keys) != 1 {
		return none(&inputError{"--key " + source.String(), fmt.Errorf("has %d keys that can be used, and one is wanted", len(set.Keys))})
	}
	k := set.Keys[0]
	if f.alg.set {
		if err := algorithm.Fits(k); err != nil {
			return none(err)
		}
		k.Alg = algorithm.Name
	}
	if k.Private() == nil {
		if k.Kind() == key.Secret {
			return none(&inputError{"--key " + source.String(), errors.New("is a secret, and a JWK Set is for everybody")})
		}
		return none(&inputError{"--key " + source.String(), alg.ErrNoPrivate})
	}
	return k, source.notes, nil
}

// signsWith is the algorithm that an issuer with this key has.
func signsWith(k key.Key) string {
	if fit := alg.For(k); len(fit) > 0 {
		return fit[0].Name
	}
	return ""
}

// serveCertificate is what the server shows over TLS, nil without it, and the PEM of
// one that was made.
func (a *app) serveCertificate(f *serveFlags, host string) (certificate *tls.Certificate, public []byte, err error) {
	switch {
	case f.cert.set:
		net := netFlags{cert: f.cert, certKey: f.certKey}
		client, err := net.client(a)
		if err != nil {
			return nil, nil, err
		}
		return &client.Certificates[0], nil, nil
	case !bool(f.tls):
		return nil, nil, nil
	}
	if err := a.freeName("--cert-out", f.certOut.value); err != nil {
		return nil, nil, err
	}
	made, public, err := serve.NewCertificate(append(slices.Clone(f.hosts), host)...)
	return &made, public, err
}

func (f *serveFlags) aud() string { return cmp.Or(f.audience.value, serveAudience) }

func (f *serveFlags) lifetime() time.Duration {
	if f.exp.set {
		return f.exp.length
	}
	return serveLifetime
}

// site is what is served.
func (f *serveFlags) site(issuer *serve.Issuer, account serve.Account, host string, log *serveLog) serve.Site {
	grants := serve.NewGrants(issuer, account)
	grants.Audience, grants.Scope, grants.Lifetime = f.aud(), f.scope, f.lifetime()
	return serve.Site{
		Issuer: issuer, Grants: grants, API: serve.NewAPI(issuer, f.aud(), f.scope...),
		Guard: serve.Guard{Hosts: append(slices.Clone(f.hosts), host), Origins: f.origins},
		Log:   log.record,
		Strip: bool(f.strip), Slow: f.slow.length, Fail: f.fail,
	}
}

// notes say how to get in, and what is not as usual.
func (f *serveFlags) notes(ready serveJSON, secure bool) []string {
	var notes []string
	if ready.Password != "" {
		notes = append(notes, "user "+ready.User+", password "+ready.Password)
	}
	if ready.ClientSecret != "" {
		notes = append(notes, "client "+ready.ClientID+", secret "+ready.ClientSecret)
	}
	if host, _, _ := net.SplitHostPort(ready.Address); !web.Loopback(host) {
		notes = append(notes, "other machines can reach it")
		if !secure {
			notes = append(notes, "without --tls anybody on the way can read passwords and tokens")
		}
	}
	if f.strip {
		notes = append(notes, "--strip: "+serve.ProtectedPath+", "+serve.EchoPath+" and "+serve.CanaryPath+" get no Authorization header, whatever is sent")
	}
	return notes
}

// A serveLog is the log of requests, a line each.
type serveLog struct {
	app    *app
	issuer string
	cors   []string

	mu sync.Mutex
}

func (l *serveLog) line(format string, args ...any) {
	a := l.app
	if a.globals.quiet {
		return
	}
	text := a.secrets.Redact(ui.Escape(fmt.Sprintf(format, args...))) + "\n"
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = a.Err.Write([]byte(text)) // if stderr is gone, there is nobody to tell
}

// record says what was asked and answered, and nothing of what was sent but that.
func (l *serveLog) record(r serve.Record) {
	const long = 200 // bytes of a path; more says nothing more
	path := shownName(r.Path)
	if len(path) > long {
		path = path[:long] + "…"
	}
	if r.Query {
		path += "?…"
	}
	status := "-" // who asked has gone
	if r.Status > 0 {
		status = strconv.Itoa(r.Status)
	}
	credentials := "no Authorization"
	if r.Seen.Seen {
		credentials = fmt.Sprintf("Authorization: %s, %d bytes", cmp.Or(r.Seen.Scheme, "no scheme"), r.Seen.Length)
		if !strings.EqualFold(r.Seen.Scheme, "Basic") { // a password could be guessed from its digest
			credentials += ", sha256 " + r.Seen.SHA256
		}
	}
	if why := serveHint(r, l.issuer, l.cors); why != "" {
		credentials += "; " + why
	}
	l.line("%s %s %s %.1fms  %s", shownName(r.Method), path, status, float64(r.Duration.Microseconds())/1000, credentials)
}
