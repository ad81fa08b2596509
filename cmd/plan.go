package cmd

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A planJSON is jwt.plan/v1.
type planJSON struct {
	Schema string      `json:"schema"`
	FillIn []blankJSON `json:"fill_in"` // variables that the commands want
	Steps  []stepJSON  `json:"steps"`
}

// A blankJSON is a variable in a command, in place of a value that may be secret or is
// too long to be shown.
type blankJSON struct {
	Variable string `json:"variable"`
	What     string `json:"what"`
	Set      string `json:"set,omitempty"` // what sets it, where that is known
}

type stepJSON struct {
	Experiment string       `json:"experiment"`
	Question   string       `json:"question"`
	Carries    wire.Carries `json:"carries"`
	Command    string       `json:"command"`
}

// tokenVariable stands for the token in a plan.
const tokenVariable = "JWT_TOKEN"

// A token and a part of one that stand for the real one while it is planned with, and
// that nothing else looks like. What is made of the token is seen to be made of it.
const (
	standInPart = "JWT-TOKEN-STANDS-HERE."
	standIn     = standInPart + "JWT-SIGNATURE-STANDS-HERE"
)

// A planner writes steps as commands.
type planner struct {
	target probe.Target
	flags  *probeFlags
	blanks []blankJSON
}

// planOf is what would be asked, as lines for curl in a shell. What may be secret is in
// none of them: variables stand for the token, fields and the body.
func planOf(t probe.Target, f *probeFlags) (planJSON, error) {
	p := planner{target: t, flags: f}
	if t.Token != "" {
		p.blank(tokenVariable, "the token", "")
		t.Token = standIn
	}
	steps, err := probe.Plan(t)
	plan := planJSON{Schema: "jwt.plan/v1", FillIn: []blankJSON{}}
	for _, s := range steps {
		plan.Steps = append(plan.Steps, stepJSON{s.ID, s.Question, s.Carries, p.command(s.Request)})
	}
	plan.FillIn = append(plan.FillIn, p.blanks...)
	return plan, err
}

// showPlan prints what would be asked, and asks nobody.
func (a *app) showPlan(t probe.Target, f *probeFlags, notes []string) error {
	plan, err := planOf(t, f)
	if err != nil {
		return err
	}
	return a.show(answer{exit: exitOK, json: plan, made: true, notes: notes, text: func(page *ui.Page) {
		if len(plan.FillIn) > 0 {
			page.Line("# these variables of the shell are set first:")
		}
		for _, blank := range plan.FillIn {
			page.Line("#   %s: %s", blank.Variable, blank.What)
		}
		for _, blank := range plan.FillIn {
			if blank.Set != "" {
				page.Line("%s", blank.Set)
			}
		}
		for _, s := range plan.Steps {
			page.Line("# %s: %s", s.Experiment, s.Question)
			page.Line("%s", s.Command)
		}
	}})
}

// blank names a variable that the commands have, once.
func (p *planner) blank(variable, what, set string) string {
	if !slices.ContainsFunc(p.blanks, func(b blankJSON) bool { return b.Variable == variable }) {
		p.blanks = append(p.blanks, blankJSON{variable, what, set})
	}
	return variable
}

// command is one request as a line that a shell runs.
func (p *planner) command(r probe.Request) string {
	words := []string{"curl", "-i"}
	address := *r.URL
	address.Fragment = ""
	if strings.ContainsAny(address.String(), "[]{}") {
		words = append(words, "-g") // they are no list of URLs
	}
	if strings.Contains(address.Path, "/.") {
		words = append(words, "--path-as-is")
	}
	if r.HTTP1 && !bool(p.flags.net.http1) {
		words = append(words, "--http1.1")
	}
	given := slices.DeleteFunc(slices.Clone(p.target.Header), func(f wire.Field) bool {
		return r.Alone && !strings.EqualFold(f.Name, "Host")
	})
	names := p.fieldVariables(given)
	for _, f := range r.Fields {
		text := p.text(f.Name + ": " + f.Value)
		if i := slices.IndexFunc(given, func(g wire.Field) bool { return strings.EqualFold(g.Name, "Cookie") }); f.Name == "Cookie" && i >= 0 {
			text = append(shellText{{literal: "Cookie: "}, {variable: names[i]}}, p.text("; "+f.Value)...) // there is one (RFC 6265 §5.4)
			given, names = slices.Delete(given, i, i+1), slices.Delete(names, i, i+1)
		}
		words = append(words, "-H", text.String())
	}
	for _, own := range ownPlanFields {
		if !slices.ContainsFunc(given, func(f wire.Field) bool { return strings.EqualFold(f.Name, own.Name) }) {
			words = append(words, "-H", quoteForShell(own.Name+": "+own.Value))
		}
	}
	for i, f := range given {
		switch {
		case f.Value == "":
			words = append(words, "-H", quoteForShell(f.Name+";"))
		case names[i] == "":
			words = append(words, "-H", quoteForShell(f.Name+": "+f.Value))
		default:
			words = append(words, "-H", shellText{{literal: f.Name + ": "}, {variable: names[i]}}.String())
		}
	}
	hasType := slices.ContainsFunc(given, func(f wire.Field) bool { return strings.EqualFold(f.Name, "Content-Type") })
	words = append(words, p.body(r, hasType)...)
	words = append(words, p.flags.net.curlOptions()...)
	return strings.Join(append(words, p.address(&address).String()), " ")
}

// address is a URL, with variables for what is plainly a credential in its query. All
// else stands there as it was given, so that it can be seen what is asked.
func (p *planner) address(u *url.URL) shellText {
	whole, query, found := strings.Cut(u.String(), "?")
	text := p.text(whole)
	between := "?"
	for pair := range strings.SplitSeq(query, "&") {
		if !found {
			break
		}
		name, value, _ := strings.Cut(pair, "=")
		if credentialIn(name, value) {
			text = append(text, shellPart{literal: between + name + "="}, shellPart{variable: p.blank(variableOf("QUERY_", name), "the parameter "+name+" as it stands in the URL", "")})
		} else {
			text = append(text, p.text(between+pair)...)
		}
		between = "&"
	}
	return text
}

// credentialIn reports whether a parameter of a URL holds a credential of the user's, by
// its name or because it is a JWT. What the experiments put there is none.
func credentialIn(name, value string) bool {
	if strings.Contains(value, "jwt-probe") || strings.Contains(value, standInPart) {
		return false
	}
	name = strings.ToLower(name)
	return strings.HasPrefix(value, "eyJ") || value != "" && slices.ContainsFunc([]string{"token", "key", "secret", "password", "passwd", "auth", "sig", "jwt", "session"}, func(part string) bool {
		return strings.Contains(name, part)
	})
}

// variableOf is a name that no shell has a use for.
func variableOf(prefix, name string) string {
	return prefix + strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			return c
		}
		return '_'
	}, strings.ToUpper(name))
}

// ownPlanFields are those that each experiment sends, as far as answers depend on them.
var ownPlanFields = []wire.Field{{Name: "Accept", Value: "application/json"}, {Name: "Accept-Language", Value: "en"}, {Name: "Cache-Control", Value: "no-cache"}}

// fieldVariables are the variables in which the values of fields stand; "" where the
// value itself may be seen.
func (p *planner) fieldVariables(fields []wire.Field) []string {
	names := make([]string, len(fields))
	times := map[string]int{}
	for i, f := range fields {
		if len(probe.Secrets(f)) == 0 || f.Value == "" {
			continue
		}
		name := variableOf("FIELD_", f.Name)
		if times[name]++; times[name] > 1 {
			name += "_" + strconv.Itoa(times[name])
		}
		names[i] = p.blank(name, "the field "+f.Name, "")
	}
	return names
}

// longRun is from which length a run of one letter is made by the shell.
const longRun = 200

// text is a text in which the token and long runs may stand.
func (p *planner) text(text string) shellText {
	var parts shellText
	for text != "" {
		before, after, found := strings.Cut(text, standInPart)
		if !found {
			break
		}
		parts = append(parts, shellPart{literal: before})
		if rest, whole := strings.CutPrefix(after, strings.TrimPrefix(standIn, standInPart)); whole {
			parts, text = append(parts, shellPart{variable: tokenVariable}), rest
			continue
		}
		parts, text = append(parts, shellPart{variable: tokenVariable + "%.*"}, shellPart{literal: "."}), after
	}
	if short := strings.TrimRight(text, "x"); len(text)-len(short) >= longRun {
		n := len(text) - len(short)
		name := fmt.Sprintf("PAD_%d", n)
		parts = append(parts, shellPart{literal: short}, shellPart{variable: p.blank(name, fmt.Sprintf("the letter x, %d times", n), fmt.Sprintf(`%s=$(printf '%%%ds' '' | tr ' ' x)`, name, n))})
		return parts
	}
	return append(parts, shellPart{literal: text})
}

// body says method and body as curl must hear them to send what the experiments do: it
// would add a type to any body, and to none not even its length.
func (p *planner) body(r probe.Request, hasType bool) []string {
	hasBody := len(p.target.Body) > 0 && !r.Alone && r.Method != http.MethodHead
	var words []string
	switch r.Method {
	case http.MethodHead:
		words = append(words, "--head")
	case http.MethodPost:
	case http.MethodGet:
		if hasBody {
			words = append(words, "-X", "GET")
		}
	default:
		words = append(words, "-X", quoteForShell(r.Method))
	}
	file, inFile := strings.CutPrefix(p.flags.data.value, "@")
	switch {
	case hasBody && inFile:
		words = append(words, "--data-binary", quoteForShell("@"+file))
	case hasBody:
		words = append(words, "--data-raw", shellText{{variable: p.blank("BODY", "the body", "")}}.String())
	case slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, r.Method):
		words = append(words, "--data-raw", "''")
	default:
		return words
	}
	if !hasType {
		words = append(words, "-H", "Content-Type:")
	}
	return words
}

// curlOptions are the flags in the words of curl. A password in a proxy's URL and what
// is no name of a file are left out: a line shows neither.
func (n *netFlags) curlOptions() []string {
	var words []string
	for _, entry := range n.resolve {
		words = append(words, "--resolve", quoteForShell(entry))
	}
	if n.proxy.set && !strings.Contains(n.proxy.value, "@") {
		words = append(words, "--proxy", quoteForShell(n.proxy.value))
	}
	for _, f := range []struct {
		option string
		flag   text
	}{{"--cacert", n.cacert}, {"--cert", n.cert}, {"--key", n.certKey}} {
		name := strings.TrimPrefix(f.flag.value, "@")
		if f.flag.set && name != "-" && !strings.ContainsAny(name, ":\n{") {
			words = append(words, f.option, quoteForShell(name))
		}
	}
	if n.insecure {
		words = append(words, "--insecure")
	}
	if n.http1 {
		words = append(words, "--http1.1")
	}
	return words
}

// A shellText is one word for a shell, of literal parts and variables.
type shellText []shellPart

type shellPart struct{ literal, variable string }

// String is the word as a shell must see it: what double quotes leave alone stands in
// double quotes together with the variables, all else in single quotes beside them.
func (t shellText) String() string {
	literals, variables := "", false
	for _, p := range t {
		literals += p.literal
		variables = variables || p.variable != ""
	}
	if !variables {
		return quoteForShell(literals)
	}
	together := !strings.ContainsAny(literals, "\"\\$`!\n")
	var b strings.Builder
	for i, p := range t {
		variable := "$" + p.variable
		if strings.Contains(p.variable, "%") || i+1 < len(t) && t[i+1].literal != "" && isNameByte(t[i+1].literal[0], 1) {
			variable = "${" + p.variable + "}"
		}
		switch {
		case p.variable != "" && together:
			b.WriteString(variable)
		case p.variable != "":
			b.WriteString(`"` + variable + `"`)
		case together:
			b.WriteString(p.literal)
		case p.literal != "":
			b.WriteString(quoteForShell(p.literal))
		}
	}
	if together {
		return `"` + b.String() + `"`
	}
	return b.String()
}
