package login

import "slices"

// An Input is something that a way may need.
type Input string

const (
	User         Input = "user"
	Password     Input = "password"
	ClientID     Input = "client-id"
	ClientSecret Input = "client-secret"
	RefreshToken Input = "refresh-token"
	DeviceURL    Input = "device-url"
	Issuer       Input = "issuer-url" // instead of the URLs
	Scope        Input = "scope"
	Audience     Input = "aud"
	Fields       Input = "user-field" // other names for user and password
)

// The names of the ways.
const (
	JSON          = "json"
	Form          = "form"
	ClientGrant   = "client-credentials"
	PasswordGrant = "password"
	RefreshGrant  = "refresh-token"
	DeviceCode    = "device-code"
)

// A Way is one to get a token.
type Way struct {
	Name  string
	Needs []Input
	Takes []Input // beside those
	grant string  // the grant_type of OAuth 2.0; "" if it is none
}

// OAuth reports whether the way is a grant: then its endpoint is a token endpoint.
func (w Way) OAuth() bool { return w.grant != "" }

// Has reports whether the way has a use for an input.
func (w Way) Has(in Input) bool { return slices.Contains(w.Needs, in) || slices.Contains(w.Takes, in) }

// Lacks are the inputs that the way needs and are not given.
func (w Way) Lacks(given []Input) []Input {
	return slices.DeleteFunc(slices.Clone(w.Needs), func(in Input) bool {
		return slices.Contains(given, in) || in == DeviceURL && slices.Contains(given, Issuer)
	})
}

// Excess are the inputs that are given and that the way has no use for.
func (w Way) Excess(given []Input) []Input {
	return slices.DeleteFunc(slices.Clone(given), w.Has)
}

// Ways is every way, in the order in which one is chosen, and the one place to add
// another.
func Ways() []Way {
	return []Way{
		{Name: JSON, Needs: []Input{User}, Takes: []Input{Password, Fields}},
		{Name: Form, Needs: []Input{User}, Takes: []Input{Password, Fields}},
		{ // RFC 6749 §4.4
			Name: ClientGrant, grant: "client_credentials",
			Needs: []Input{ClientID, ClientSecret}, Takes: []Input{Issuer, Scope, Audience},
		},
		{ // §4.3
			Name: PasswordGrant, grant: "password",
			Needs: []Input{User}, Takes: []Input{Password, ClientID, ClientSecret, Issuer, Scope, Audience},
		},
		{ // §6
			Name: RefreshGrant, grant: "refresh_token",
			Needs: []Input{RefreshToken}, Takes: []Input{ClientID, ClientSecret, Issuer, Scope, Audience},
		},
		{ // RFC 8628
			Name: DeviceCode, grant: "urn:ietf:params:oauth:grant-type:device_code",
			Needs: []Input{ClientID, DeviceURL}, Takes: []Input{ClientSecret, Issuer, Scope, Audience},
		},
	}
}

// Names are the names of the ways, in their order.
func Names() []string {
	var names []string
	for _, w := range Ways() {
		names = append(names, w.Name)
	}
	return names
}

// Lookup finds a way by its name.
func Lookup(name string) (Way, bool) {
	ways := Ways()
	i := slices.IndexFunc(ways, func(w Way) bool { return w.Name == name })
	if i < 0 {
		return Way{}, false
	}
	return ways[i], true
}

// Choose is the way that what is given is for: the first that lacks nothing of what
// it needs, and has a use for all of it.
func Choose(given []Input) (Way, bool) {
	for _, w := range Ways() {
		if len(w.Lacks(given)) == 0 && len(w.Excess(given)) == 0 {
			return w, true
		}
	}
	return Way{}, false
}
