package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

// A flagRow is one flag, whichever commands have it: one long name and one short
// letter mean one thing in the whole tree.
type flagRow struct {
	name, short string
	value       string // placeholder of its value in help; empty for a switch
	group       string // heading in help
	usage       string
	in          map[string]reading // where a command reads it otherwise
}

// A reading is how one command reads a flag that others have too.
type reading struct{ value, usage, group string } // group: "" is the row's

// of is the row as a command reads it.
func (r flagRow) of(command string) flagRow {
	if own, ok := r.in[command]; ok {
		r.value, r.usage, r.group = own.value, own.usage, cmp.Or(own.group, r.group)
	}
	return r
}

// Headings of flags in help, in this order.
const (
	flagsLogin   = "Login"
	flagsServer  = "Server"
	flagsFaults  = "Misbehaviour"
	flagsKey     = "Key"
	flagsClaims  = "Claims"
	flagsHeader  = "Header"
	flagsPolicy  = "Policy"
	flagsShow    = "Show"
	flagsRequest = "Request"
	flagsAnswer  = "Answer"
	flagsNetwork = "Network"
	flagsSetting = "Settings"
	flagsOutput  = "Output"
)

var flagGroups = []string{flagsServer, flagsLogin, flagsKey, flagsClaims, flagsHeader, flagsPolicy, flagsFaults, flagsShow, flagsRequest, flagsAnswer, flagsNetwork, flagsSetting, flagsOutput}

// flagTable is every flag, and the one place to add another. Names and letters
// are those of jwt-cli (Rust) where it has them.
var flagTable = []flagRow{
	{"listen", "", "ADDR:PORT", flagsServer, "where to listen (default 127.0.0.1:8080); the port 0 is a free one", nil},
	{"host", "", "NAME", flagsServer, "a name that it is reached by, besides those of this machine; the first stands in its URL; may be repeated", nil},
	{"cors", "", "ORIGIN", flagsServer, "web pages that may ask: http://localhost:3000; may be repeated", nil},
	{"tls", "", "", flagsServer, "https, with a certificate that is made now", nil},
	{"cert-out", "", "FILE", flagsServer, "with --tls: write the certificate, for --cacert of clients", nil},
	{"rotate", "", "DURATION", flagsKey, "sign with a new key each time this has passed; the old ones stay published until their tokens have expired", nil},
	{"strip", "", "", flagsFaults, "take the Authorization header away from the API and the echo", nil},
	{"slow", "", "DURATION", flagsFaults, "wait before each answer", nil},
	{"fail", "", "[PATH=]STATUS", flagsFaults, "answer with this status at a path and below it (default /protected); may be repeated", nil},
	{"grant", "", "WAY", flagsLogin, "how to log in: json, form, client-credentials, password, refresh-token or device-code (default: what the other flags are for)", nil},
	{"user", "u", "NAME", flagsLogin, "name of the user", map[string]reading{"serve": {"NAME", "name of the one user (default alice)", ""}}},
	{"password", "", "VALUE", flagsLogin, "the user's password: @FILE, env:NAME, - (stdin) (default: asked for on the terminal)", map[string]reading{"serve": {"VALUE", "the user's password: @FILE, env:NAME, - (stdin) (default: made up, and shown)", ""}}},
	{"user-field", "", "NAME", flagsLogin, "what the endpoint calls the user (default username); /a/b inside JSON", nil},
	{"password-field", "", "NAME", flagsLogin, "what it calls the password (default password)", nil},
	{"client-id", "", "TEXT", flagsLogin, "name of the client (OAuth 2.0)", map[string]reading{"serve": {"TEXT", "name of the one client (default app)", ""}}},
	{"client-secret", "", "VALUE", flagsLogin, "the client's secret: @FILE, env:NAME, - (stdin)", map[string]reading{"serve": {"VALUE", "the client's secret: @FILE, env:NAME, - (stdin) (default: made up, and shown)", ""}}},
	{"client-auth", "", "HOW", flagsLogin, "where the secret goes: basic, in the header (default), or post, in the body", nil},
	{"refresh-token", "", "VALUE", flagsLogin, "a refresh token: @FILE, env:NAME, - (stdin)", nil},
	{"device-url", "", "URL", flagsLogin, "where device codes are given, if no issuer says it", nil},
	{"param", "", "PAIR", flagsLogin, "send one more: name=text, name:=json, name@=file; may be repeated", nil},
	{"secret", "S", "VALUE", flagsKey, "HMAC secret: text, @FILE, env:NAME, b64:…, hex:…; jwt help keys has all", nil},
	{"key", "", "VALUE", flagsKey, "key: a file with PEM, DER, JWK, JWKS or OpenSSH, or env:NAME", map[string]reading{"serve": {"VALUE", "the private key: a file with PEM, DER, JWK or OpenSSH, or env:NAME (default: made up, and kept in memory)", ""}}},
	{"key-password", "", "VALUE", flagsKey, "password of an encrypted key (default: asked for on the terminal)", nil},
	{"jwks", "", "URL|FILE", flagsKey, "JWK Set: a URL (https, or http on this machine) or a file", nil},
	{"issuer-url", "", "URL", flagsKey, "take the keys that this issuer publishes (OIDC, OAuth); implies --iss", map[string]reading{
		"login": {"URL", "the issuer, which says where its endpoints are (OIDC, OAuth)", flagsLogin},
		"show":  {"URL", "the set that this issuer publishes (OIDC, OAuth)", ""},
	}},
	{"refresh", "", "", flagsKey, "fetch published keys again, whatever the cache has", nil},
	{"offline", "", "", flagsKey, "ask nobody: take published keys from the cache, however old", nil},
	{"kid", "k", "ID", flagsKey, "the key with this ID", map[string]reading{"sign": {"ID", "the key with this ID; it becomes the header's kid (default: the key's own, else its thumbprint)", ""}, "new": {"ID", "its kid (default: its thumbprint; a secret has none)", ""}}},
	{"alg", "A", "ALG", flagsKey, "algorithm (default: the key's)", map[string]reading{"verify": {"ALG", "accept only this algorithm; repeat it for several", ""}, "new": {"ALG", "the algorithm that the key is for", ""}, "serve": {"ALG", "algorithm (default ES256, or that of --key)", ""}}},
	{"bits", "", "N", flagsKey, "size of an RSA key: 2048 (default), 3072 or 4096", nil},
	{"token", "", "VALUE", flagsKey, "the token: text, @FILE, env:NAME, - (stdin); else JWT_TOKEN", nil},

	{"scheme", "", "WORD", flagsRequest, "auth scheme the token is sent with (default Bearer)", map[string]reading{"login": {"WORD", "with --then-probe: the auth scheme of the token (default Bearer)", ""}}},
	{"method", "X", "METHOD", flagsRequest, "request method; all but GET, HEAD, OPTIONS are sent twice only", nil},
	{"field", "H", "FIELD", flagsRequest, "a header field to send along: NAME: VALUE", nil},
	{"data", "d", "VALUE", flagsRequest, "a body to send", nil},
	{"curl", "", "FILE", flagsRequest, "take the request from a curl line, as browsers copy one: a file, - (stdin)", nil},
	{"allow-http", "", "", flagsRequest, "send the token over plain http to another machine", map[string]reading{"login": {"", "send passwords, secrets and the token over plain http to another machine", ""}}},
	{"deep", "", "", flagsRequest, "ask up to 27 times: for what else is noticed on the way, with made-up tokens; also with a method that may change something", nil},
	{"repeat", "", "N", flagsRequest, "ask the main question N times (up to 100): do all servers behind the address get the header?", nil},
	{"each-address", "", "", flagsRequest, "ask every IP address of the host, or those that --resolve names", nil},
	{"send-in", "", "PLACES", flagsRequest, "try the token in other places too: cookie:NAME, query:NAME, x:NAME (a header field), raw:NAME (one without auth scheme); with commas between", nil},
	{"location", "L", "", flagsRequest, "where the URL redirects, ask all of it again at the end: the same server, or the same host over https", nil},
	{"location-trusted", "", "", flagsRequest, "the same, whatever host that is: the token goes there, and what else is given", nil},
	{"dry-run", "", "", flagsRequest, "send nothing; print the requests as lines for curl", nil},
	{"compare", "", "URL", flagsRequest, "ask the same application there too, nearer to it: between which two is it lost? repeat it for more", nil},
	{"canary", "", "", flagsAnswer, "the URL is a canary's: take no other answer", nil},
	{"print-canary", "", "KIND", flagsAnswer, "print an application that says what arrives: wsgi, asgi, php, node, cgi, go, java", nil},
	{"expect", "", "VERDICT", flagsAnswer, "what makes the exit code 0: accepted, rejected, stripped, altered, intercepted, undetermined, or seen (accepted, or refused by the application); default accepted, without a token seen", nil},
	{"token-field", "", "FIELD", flagsAnswer, "where the token is: NAME, /a/b, cookie:NAME or header:NAME (default: where it usually is)", nil},
	{"then-probe", "", "URL", flagsAnswer, "send the token to this URL, as jwt probe does, and answer as that does", nil},
	{"knowledge", "", "DIR", flagsAnswer, "know these too: fingerprints/*.json, what an application of yours answers, and causes/*.json", nil},
	{"log", "", "FILE", flagsAnswer, "save what went over the wire; no credential is in it", nil},
	{"from", "", "FILE", flagsAnswer, "judge a saved log; ask nobody", nil},

	{"cacert", "", "FILE", flagsNetwork, "trust these CA certificates (PEM) instead of the system's", nil},
	{"cert", "", "FILE", flagsNetwork, "client certificate (PEM)", map[string]reading{"serve": {"FILE", "https, with this certificate (PEM)", flagsServer}}},
	{"cert-key", "", "FILE", flagsNetwork, "its private key (PEM), if it is in another file", map[string]reading{"serve": {"FILE", "its private key (PEM), if it is in another file", flagsServer}}},
	{"resolve", "", "HOST:PORT:ADDR", flagsNetwork, "connect to this address for that host; may be repeated", nil},
	{"proxy", "x", "URL", flagsNetwork, "proxy to go through (default: what the environment says)", nil},
	{"insecure", "", "", flagsNetwork, "take any certificate: whoever is on the way may answer", nil},
	{"http1.1", "", "", flagsNetwork, "speak HTTP/1.1 only", nil},
	{"timeout", "", "DURATION", flagsNetwork, "how long one request may take (default 10s)", nil},

	{"payload", "P", "PAIR", flagsClaims, "set a claim: name=text, name:=json, name@=file, /a/b=text", nil},
	{"iss", "i", "TEXT", flagsClaims, "issuer", map[string]reading{"verify": {"TEXT", "demand this issuer", flagsPolicy}}},
	{"sub", "s", "TEXT", flagsClaims, "subject", map[string]reading{"verify": {"TEXT", "demand this subject", flagsPolicy}}},
	{"aud", "a", "TEXT", flagsClaims, "audience; repeat it for several", map[string]reading{"verify": {"TEXT", "demand this audience; repeated: any of them", flagsPolicy}, "login": {"TEXT", "the API that the token is for (audience, as Auth0 has it)", flagsLogin}, "serve": {"TEXT", "audience of the tokens, which the API demands (default api)", ""}}},
	{"exp", "e", "TIME", flagsClaims, "expires: 1h, 30d, 2026-12-01, counted from iat; none", map[string]reading{"serve": {"DURATION", "how long a token is good for: 15m (default), at most 1h", ""}}},
	{"nbf", "n", "TIME", flagsClaims, "not valid before, counted from iat", nil},
	{"iat", "", "TIME", flagsClaims, "issued at (default now)", nil},
	{"no-iat", "", "", flagsClaims, "leave iat out", nil},
	{"jti", "", "TEXT", flagsClaims, "token ID; auto makes a random one", nil},
	{"typ", "t", "TEXT", flagsHeader, "type of the token (default JWT)", map[string]reading{"verify": {"TEXT", "demand this typ in the header", flagsPolicy}}},
	{"no-typ", "", "", flagsHeader, "leave typ out", nil},
	{"no-kid", "", "", flagsHeader, "leave the key's ID out", nil},
	{"header", "", "PAIR", flagsHeader, "set a header member, as with --payload", nil},
	{"header-json", "", "VALUE", flagsHeader, "the whole header as JSON; only a missing alg is added", nil},
	{"variant", "", "NAME", flagsClaims, "make one with a fault, to test that it is refused: expired, not-yet, bad-signature, wrong-aud, wrong-iss, alg-none, unknown-kid, hs-with-public-key, no-exp; all: each, and the good one", nil},
	{"edit", "", "TOKEN", flagsClaims, "start from this token: text, @FILE, env:NAME, - (stdin)", nil},
	{"from-json", "", "VALUE", flagsClaims, "start from what jwt decode -j has written: @FILE, - (stdin)", nil},

	{"as", "", "PRESET", flagsPolicy, "demand a kind of token: access-token, dpop, flask-jwt, flask-pyjwt-auth, flask-pyjwt-refresh, id-token, logout-token", map[string]reading{"sign": {"PRESET", "what a consumer wants: access-token, apple-client-secret, apple-push, dpop, flask-jwt, flask-jwt-extended, flask-pyjwt-auth, flask-pyjwt-refresh, github-app, google-service-account, hasura, kubernetes-sa, oauth-client-assertion, supabase", flagsClaims}}},
	{"jkt", "", "THUMBPRINT", flagsPolicy, "with --as dpop: the thumbprint of its key (the access token's cnf.jkt)", nil},
	{"htm", "", "METHOD", flagsPolicy, "with --as dpop: the method of the request", map[string]reading{"sign": {"METHOD", "with --as dpop: the method of the request", flagsClaims}}},
	{"htu", "", "URL", flagsPolicy, "with --as dpop: the URL of the request", map[string]reading{"sign": {"URL", "with --as dpop: the URL of the request", flagsClaims}}},
	{"ath", "", "VALUE", flagsPolicy, "with --as dpop: the access token of the request, of which ath is the hash", map[string]reading{"sign": {"VALUE", "with --as dpop: the access token of the request, of which ath is the hash", flagsClaims}}},
	{"require", "", "NAMES", flagsPolicy, "claims that must be there: exp,sub", nil},
	{"claim", "", "PAIR", flagsPolicy, "demand a claim: name=text, or an array with it; name:=json, all of it; /a/0=text", map[string]reading{"decode": {"NAME|/PATH", "print the value of one claim, alone: sub, /realm/roles/0", flagsShow}}},
	{"scope", "", "SCOPE", flagsPolicy, "demand a scope, in scope, scp or permissions; repeated: all of them", map[string]reading{"login": {"SCOPE", "ask for a scope; may be repeated", flagsLogin}, "serve": {"SCOPE", "a scope of the tokens, which the API demands; may be repeated", flagsClaims}}},
	{"unless", "", "PAIR", flagsPolicy, "a claim that makes up for --claim and --scope; repeated: any", nil},
	{"leeway", "", "DURATION", flagsPolicy, "how far clocks may be apart (default 0)", nil},
	{"max-age", "", "DURATION", flagsPolicy, "how long ago the token may have been issued", nil},
	{"min-ttl", "", "DURATION", flagsPolicy, "how long the token must still be valid", map[string]reading{"decode": {"DURATION", "exit 11 if it expires sooner by its own words, 12 if it is too early", flagsShow}}},
	{"cert-roots", "", "FILE", flagsPolicy, "the key's certificate must lead to one of these (PEM)", nil},
	{"at", "", "TIME", flagsPolicy, "act as if it were this time", map[string]reading{"sign": {"TIME", "act as if it were this time", flagsClaims}, "decode": {"TIME", "act as if it were this time", flagsShow}}},
	{"ignore-exp", "", "", flagsPolicy, "take a token that has expired", nil},
	{"strict", "", "", flagsPolicy, "every warning is a failure", nil},
	{"raw-payload", "", "", flagsPolicy, "the payload may be anything; no claims are checked", nil},

	{"part", "", "PART", flagsShow, "print only header, payload or signature", nil},
	{"redact", "", "", flagsShow, "take out the signature and all texts but iss, aud and the type", nil},
	{"date", "", "ZONE", flagsShow, "time zone of times: utc (default), local, +02:00", nil},

	{"profile", "p", "NAME", flagsSetting, "take what is not given from this profile of the config file", nil},
	{"config", "", "FILE", flagsSetting, "the config file (default ~/.config/jwt/config.yaml)", nil},
	{"env-file", "", "FILE", flagsSetting, "take what is not given from this .env file", nil},

	{"format", "f", "FORMAT", flagsOutput, "text, json, or github: annotations of a run of GitHub Actions", nil},
	{"json", "j", "", flagsOutput, "the same as -f json", nil},
	{"out", "o", "FILE", flagsOutput, "write the answer to a file", nil},
	{"to", "", "FORMAT", flagsOutput, "jwk (default), jwks, pem, der, or openssh for a public key", nil},
	{"report", "", "junit=FILE", flagsOutput, "write a report too, a test case for each token", map[string]reading{"probe": {"FORM=FILE", "write a report too: html=FILE, a page to hand on; md=FILE, for a ticket; junit=FILE, for CI; may be repeated", ""}}},
	{"force", "", "", flagsOutput, "write over an existing file", nil},
	{"quiet", "q", "", flagsOutput, "only what is made, and errors: the exit code says the rest", nil},
	{"verbose", "v", "", flagsOutput, "say more: which keys were tried, and why not", nil},
	{"color", "", "WHEN", flagsOutput, "auto, always or never", nil},
	{"version", "V", "", flagsOutput, "print the version", nil},
	{"help", "h", "", flagsOutput, "print help", nil},
}

func flagRowOf(name string) flagRow {
	i := slices.IndexFunc(flagTable, func(r flagRow) bool { return r.name == name })
	if i < 0 {
		panic("no row in flagTable for " + name)
	}
	return flagTable[i]
}

// bind gives a set of flags the flag of this name.
func bind(set *pflag.FlagSet, name string, value pflag.Value) {
	row := flagRowOf(name).of(set.Name()) // Cobra names a set for its command
	flag := set.VarPF(value, name, row.short, row.usage)
	if row.value == "" {
		flag.NoOptDefVal = "true"
	}
}

// globalFlags are the flags of every command.
type globalFlags struct {
	format               choice
	out                  text
	quiet, verbose       toggle
	force, version, help toggle
	colour               ui.When

	profile, config, envFile text // where settings are
}

func (g *globalFlags) bind(root *cobra.Command) {
	g.format = choice{allowed: formatNames(), value: "text"}
	set := root.PersistentFlags()
	bind(set, "profile", &g.profile)
	bind(set, "config", &g.config)
	bind(set, "env-file", &g.envFile)
	bind(set, "format", &g.format)
	bind(set, "json", jsonFlag{&g.format})
	bind(set, "out", &g.out)
	bind(set, "force", &g.force)
	bind(set, "quiet", &g.quiet)
	bind(set, "verbose", &g.verbose)
	bind(set, "color", &g.colour)
	bind(set, "version", &g.version)
	bind(set, "help", &g.help)
	complete(root, "format", formatNames()...)
	complete(root, "color", "auto", "always", "never")
}

// errTwice refuses a flag that was given before: which of the two was meant
// cannot be known.
var errTwice = errors.New("given twice")

// text is a flag with one text.
type text struct {
	value string
	set   bool
}

func (t *text) String() string { return t.value }
func (t *text) Type() string   { return "text" }
func (t *text) Set(value string) error {
	if t.set {
		return errTwice
	}
	t.value, t.set = value, true
	return nil
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }
func (l *list) Type() string   { return "list" }
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// names is a flag with names, between commas or given several times.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }
func (n *names) Type() string   { return "names" }
func (n *names) Set(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return errors.New("an empty name")
		}
		*n = append(*n, name)
	}
	return nil
}

// scopes is a flag with scopes, between spaces as they stand in a token (RFC 6749
// §3.3) or given several times.
type scopes []string

func (s *scopes) String() string { return strings.Join(*s, " ") }
func (s *scopes) Type() string   { return "scopes" }
func (s *scopes) Set(value string) error {
	list := strings.Fields(value)
	if len(list) == 0 {
		return errors.New("no scope in it; leave it out to expect none")
	}
	*s = append(*s, list...)
	return nil
}

// repeatable reports whether a flag may be given several times.
func repeatable(v pflag.Value) bool {
	if r, ok := v.(*reports); ok {
		return len(r.allowed) > 1 // once for each form
	}
	return slices.Contains([]string{"list", "names", "scopes", "pair", "fault"}, v.Type())
}

// toggle is a flag without a value.
type toggle bool

func (t *toggle) String() string { return strconv.FormatBool(bool(*t)) }
func (t *toggle) Type() string   { return "bool" }
func (t *toggle) Set(value string) error {
	on, err := strconv.ParseBool(value)
	*t = toggle(on)
	if err != nil {
		return errors.New("true or false")
	}
	return nil
}

// choice is a flag with one of a few values.
type choice struct {
	allowed []string
	value   string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "choice" }
func (c *choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return notOneOf(value, c.allowed)
	}
	c.value = value
	return nil
}

func notOneOf(value string, allowed []string) error {
	return fmt.Errorf("%q is not one of %s", value, strings.Join(allowed, ", "))
}

// jsonFlag is -j, which sets --format.
type jsonFlag struct{ format *choice }

func (jsonFlag) String() string { return "false" }
func (jsonFlag) Type() string   { return "bool" }
func (j jsonFlag) Set(value string) error {
	if value == "true" {
		return j.format.Set("json")
	}
	return nil
}

// algorithm is a flag with the name of one algorithm.
type algorithm struct{ text }

func (a *algorithm) Set(value string) error {
	if err := knownAlgorithm(value); err != nil {
		return err
	}
	return a.text.Set(value)
}

// algorithms is the same for several.
type algorithms struct{ list }

func (a *algorithms) Set(value string) error {
	if err := knownAlgorithm(value); err != nil {
		return err
	}
	return a.list.Set(value)
}

func knownAlgorithm(name string) error {
	if _, ok := alg.Lookup(name); ok {
		return nil
	}
	if strings.EqualFold(name, "none") {
		return errors.New(`"none" is no algorithm: such a token is not signed`)
	}
	for _, known := range alg.Names() {
		if strings.EqualFold(known, name) {
			return fmt.Errorf("%q is not an algorithm, but %q is: case counts", name, known)
		}
	}
	return notOneOf(name, alg.Names())
}

// instant is a flag with a time.
type instant struct {
	text
	time when.Time
}

func (i *instant) Set(value string) error {
	t, err := when.Parse(value)
	if err != nil {
		return err
	}
	i.time = t
	return i.text.Set(value)
}

// nowAt is the time that --at names, or now.
func (a *app) nowAt(i *instant) (time.Time, error) {
	now := a.Now()
	if !i.set {
		return now, nil
	}
	at, ok := i.time.Resolve(now, now)
	if !ok {
		return now, &usageError{"--at: none is no time", ""}
	}
	return at, nil
}

// span is a flag with a duration.
type span struct {
	text
	length time.Duration
}

func (s *span) Set(value string) error {
	length, err := when.ParseDuration(value)
	if err != nil {
		return err
	}
	s.length = length
	return s.text.Set(value)
}

// count is a flag with a number of times.
type count struct {
	text
	times int
}

// maxCount is how often a server may be asked the same.
const maxCount = 100

func (c *count) Set(value string) error {
	times, err := strconv.Atoi(value)
	if err != nil || times < 1 || times > maxCount {
		return fmt.Errorf("%q is no number from 1 to %d", value, maxCount)
	}
	c.times = times
	return c.text.Set(value)
}

// pairs is a flag with name and value, and an operator that says what the value
// is; several times.
type pairs []pair

func (p *pairs) String() string { return "" }
func (p *pairs) Type() string   { return "pair" }
func (p *pairs) Set(value string) error {
	one, err := parsePair(value)
	if err != nil {
		return err
	}
	*p = append(*p, one)
	return nil
}

// noCommand refuses an argument where only a command can stand.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("there is no command %q", ui.Escape(shownName(args[0])))
	if isURL(args[0]) {
		message = "a URL, but no command"
	}
	if hint := commandHint(c, args[0]); hint != "" {
		return &usageError{message, hint}
	}
	if strings.Count(args[0], ".") == 2 {
		return &usageError{"a token, but no command", "to look inside it: jwt decode TOKEN; to check it: jwt verify"}
	}
	return &usageError{message, c.CommandPath() + " --help lists them"}
}

// noArguments refuses any argument.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{c.CommandPath() + " takes no argument", ""}
}

// flagError words what pflag refuses. It never repeats a flag's value: that may
// be a secret.
func flagError(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(c, unknown)
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		name := missing.GetSpecifiedName()
		if shorts := missing.GetSpecifiedShortnames(); shorts != "" {
			name = missing.GetFlag().Name
		}
		row := flagRowOf(name)
		hint := ""
		if name == "exp" {
			hint = "for half an hour: --exp 30m"
		}
		return &usageError{fmt.Sprintf("--%s needs a value: %s", name, row.value), hint}
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		name, cause := invalid.GetFlag().Name, invalid.Unwrap()
		hint := ""
		if e, ok := errors.AsType[*when.Error](cause); ok {
			hint = "for example 30m, 2 weeks, 2026-12-01; jwt help times has them all"
			if e.Instead != "" {
				hint = fmt.Sprintf("--%s %s", name, quoteForShell(e.Instead))
			}
		}
		if errors.Is(cause, errNoOperator) && name == "payload" {
			hint = "-P role=admin for a text, -P level:=3 for JSON"
			if strings.HasPrefix(invalid.GetValue(), "=") || c.Name() != "sign" {
				hint = ""
			}
		}
		if errors.Is(cause, errNoOperator) && c.Name() == "verify" {
			hint = fmt.Sprintf("--%[1]s role=admin for a text, --%[1]s level:=3 for JSON", name)
		}
		if name == "format" && slices.Contains(formatNames(), strings.ToLower(invalid.GetValue())) {
			hint = "case counts: -f " + strings.ToLower(invalid.GetValue())
		}
		if name == "date" {
			hint = "--date takes a value: --date=utc TOKEN"
		}
		if name == "format" && invalid.GetValue() == "yaml" {
			hint = "-f json is what programs read"
		}
		return &usageError{fmt.Sprintf("--%s: %s", name, cause), hint}
	}
	return asUsage(err)
}

// asUsage is for what Cobra itself refuses, before a verb runs.
func asUsage(err error) error {
	if is[*usageError](err) || is[*inputError](err) || is[panicError](err) || errors.Is(err, errWrite) {
		return err
	}
	return &usageError{err.Error(), ""}
}

// quoteForShell is a word as a shell reads it back, whatever is in it.
func quoteForShell(value string) string {
	plain := func(c rune) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80 || strings.ContainsRune("-_./:@%+=,", c)
	}
	if value != "" && !strings.ContainsFunc(value, func(c rune) bool { return !plain(c) }) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
