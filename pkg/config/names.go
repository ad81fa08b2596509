package config

import (
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A name is a variable by which an application's env-file sets something, and what that
// is here.
type name struct {
	variable string
	setting  string
	commands string // that take it, between spaces
	reading  reading
	keys     keys
	fallback bool   // taken only if no other variable sets the same
	source   string // who reads it so
}

// A reading is how a value is read.
type reading int

const (
	asText     reading = iota
	asSeconds          // a number is one of seconds
	asLifetime         // the same, and False is none
)

// keys is with which algorithms a variable counts.
type keys int

const (
	anyKeys  keys = iota
	hmacOnly      // those with a secret
	keysOnly      // those with a private and a public key
)

const (
	flaskPyJWT    = "Flask_PyJWT 1.0.0"
	flaskJWT      = "Flask-JWT 0.3.2"
	flaskExtended = "Flask-JWT-Extended 4.7.1"

	// RefreshLifetime is the setting of how long refresh tokens live: "exp" of one.
	RefreshLifetime = "refresh-exp"
)

// names is every variable of other applications that is understood, and the one place to
// add another. Units and defaults are those of the sources named; a variable that is not
// in the file sets nothing, whatever its default is there.
var names = []name{
	{"JWT_ISSUER", "iss", "sign verify", asText, anyKeys, false, flaskPyJWT},
	{"JWT_AUTHTYPE", "alg", "sign verify", asText, anyKeys, false, flaskPyJWT},
	{"JWT_SECRET", "secret", "sign verify", asText, hmacOnly, false, flaskPyJWT},
	{"JWT_SECRET", "key", "sign verify", asText, keysOnly, true, flaskPyJWT}, // a private key with RS256 and RS512
	{"JWT_PUBLICKEY", "key", "verify", asText, keysOnly, false, flaskPyJWT},
	{"JWT_AUTHMAXAGE", "exp", "sign", asSeconds, anyKeys, false, flaskPyJWT},
	{"JWT_REFRESHMAXAGE", RefreshLifetime, "sign", asSeconds, anyKeys, false, flaskPyJWT},
	{"JWT_REFRESH_MAXAGE", RefreshLifetime, "sign", asSeconds, anyKeys, true, flaskPyJWT}, // as it is often misspelt

	{"JWT_SECRET_KEY", "secret", "sign verify", asText, hmacOnly, false, flaskJWT + ", " + flaskExtended},
	{"SECRET_KEY", "secret", "sign verify", asText, hmacOnly, true, "Flask, for both"},
	{"JWT_ALGORITHM", "alg", "sign verify", asText, anyKeys, false, flaskJWT + ", " + flaskExtended},
	{"JWT_EXPIRATION_DELTA", "exp", "sign", asSeconds, anyKeys, false, flaskJWT},
	{"JWT_NOT_BEFORE_DELTA", "nbf", "sign", asSeconds, anyKeys, false, flaskJWT},
	{"JWT_LEEWAY", "leeway", "verify", asSeconds, anyKeys, false, flaskJWT},
	{"JWT_AUTH_HEADER_PREFIX", "scheme", "probe", asText, anyKeys, false, flaskJWT},

	{"JWT_PRIVATE_KEY", "key", "sign", asText, keysOnly, false, flaskExtended},
	{"JWT_PRIVATE_KEY", "key", "verify", asText, keysOnly, true, flaskExtended}, // its public half
	{"JWT_PUBLIC_KEY", "key", "verify", asText, keysOnly, false, flaskExtended},
	{"JWT_ACCESS_TOKEN_EXPIRES", "exp", "sign", asLifetime, anyKeys, false, flaskExtended},
	{"JWT_REFRESH_TOKEN_EXPIRES", RefreshLifetime, "sign", asLifetime, anyKeys, false, flaskExtended},
	{"JWT_ENCODE_AUDIENCE", "aud", "sign", asText, anyKeys, false, flaskExtended},
	{"JWT_DECODE_AUDIENCE", "aud", "verify", asText, anyKeys, false, flaskExtended},
	{"JWT_ENCODE_ISSUER", "iss", "sign", asText, anyKeys, false, flaskExtended},
	{"JWT_DECODE_ISSUER", "iss", "verify", asText, anyKeys, false, flaskExtended},
	{"JWT_DECODE_LEEWAY", "leeway", "verify", asSeconds, anyKeys, false, flaskExtended},
	{"JWT_HEADER_TYPE", "scheme", "probe", asText, anyKeys, false, flaskExtended},
}

// A Name is a variable that an env-file of another application may have.
type Name struct{ Variable, Setting, Source string }

// Names are those that are understood besides our own.
func Names() []Name {
	var list []Name
	for _, n := range names {
		if n := (Name{n.variable, n.setting, n.source}); !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// A Meaning is what a variable of an env-file sets.
type Meaning struct {
	Setting, Value string
	Variable
}

// A ClashError says that two variables of one env-file contradict each other.
type ClashError struct{ Setting, One, Other string }

func (e *ClashError) Error() string {
	return e.One + " and " + e.Other + " are two values of " + e.Setting
}

// Meanings is what an env-file says to a command. own maps the variables that are ours to
// what they set; an empty one is an error, as it would be on a command line, and an empty
// one of another application is not there. The algorithm that the file names decides
// whether its secret or its keys count, as it does for the application.
func Meanings(list []Variable, command string, own map[string]string) ([]Meaning, error) {
	value := func(variable string) string {
		i := slices.IndexFunc(list, func(v Variable) bool { return v.Name == variable })
		if i < 0 {
			return ""
		}
		return list[i].Value
	}
	algorithm, secret := "", false
	for _, n := range rows(own, command) {
		switch v := value(n.variable); {
		case n.setting == "alg" && algorithm == "":
			algorithm = v
		case n.setting == "secret" && v != "":
			secret = true
		}
	}
	withKeys := !secret
	if algorithm != "" {
		withKeys = !strings.HasPrefix(strings.ToUpper(algorithm), "HS")
	}
	var found []Meaning
	fallbacks := map[string]bool{}
	for _, n := range rows(own, command) {
		i := slices.IndexFunc(list, func(v Variable) bool { return v.Name == n.variable })
		if i < 0 || n.keys == hmacOnly && withKeys || n.keys == keysOnly && !withKeys {
			continue
		}
		v := list[i]
		if v.Value == "" {
			if own[v.Name] == n.setting {
				return nil, &Error{Line: v.Line, Name: v.Name, Reason: "is empty"}
			}
			continue
		}
		m := Meaning{n.setting, n.reading.read(v.Value), v}
		j := slices.IndexFunc(found, func(other Meaning) bool { return other.Setting == n.setting })
		switch {
		case j < 0:
			found = append(found, m)
			fallbacks[n.setting] = n.fallback
		case n.fallback, found[j].Value == m.Value:
		case fallbacks[n.setting]:
			found[j], fallbacks[n.setting] = m, false
		default:
			return nil, &ClashError{n.setting, found[j].Name, v.Name}
		}
	}
	return found, nil
}

// rows are the names that count for a command, ours first.
func rows(own map[string]string, command string) []name {
	var list []name
	for variable, setting := range own {
		n := name{variable: variable, setting: setting, commands: command}
		if i := slices.IndexFunc(names, func(n name) bool { return n.variable == variable && n.setting == setting }); i >= 0 {
			n.reading, n.keys = names[i].reading, names[i].keys // where a name means both, it means the same
		}
		list = append(list, n)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].variable < list[j].variable })
	for _, n := range names {
		if own[n.variable] != n.setting && slices.Contains(strings.Fields(n.commands), command) {
			list = append(list, n)
		}
	}
	return list
}

// Seconds is a number of seconds as a duration with the largest unit that fits, up to
// hours; any other text is left as it is.
func Seconds(text string) string {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	switch {
	case err != nil:
		return text
	case n > 0 && n%3600 == 0:
		return strconv.FormatUint(n/3600, 10) + "h"
	case n > 0 && n%60 == 0:
		return strconv.FormatUint(n/60, 10) + "m"
	}
	return strconv.FormatUint(n, 10) + "s"
}

func (r reading) read(text string) string {
	switch {
	case r == asText:
		return text
	case r == asLifetime && strings.EqualFold(strings.TrimSpace(text), "false"):
		return "none"
	}
	return Seconds(text)
}
