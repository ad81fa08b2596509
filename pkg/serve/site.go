package serve

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// Paths of a [Site], beside those of [Issuer] and [Grants].
const (
	ProtectedPath = "/protected" // and what is below it
	EchoPath      = "/echo"
	CanaryPath    = "/canary" // the same
	RotatePath    = "/rotate"
)

// A Site is what is at the address of an issuer, and how it behaves. The zero Site
// has nothing there; what is nil in it is left out.
type Site struct {
	Issuer *Issuer
	Grants *Grants
	API    *API

	Guard Guard
	Log   func(Record) // is called concurrently

	// Misbehaviour, for tests of clients.
	Strip bool           // API and echo lose the Authorization header
	Slow  time.Duration  // before every answer
	Fail  map[string]int // the status of all answers at a path and below it
}

// Handler is the site as it is now: what is changed later is not looked at.
func (s Site) Handler() http.Handler {
	var mux http.ServeMux
	behind := func(h http.Handler) http.Handler {
		if s.Strip {
			return Stripped(h)
		}
		return h
	}
	if s.API != nil {
		api := behind(s.API)
		mux.Handle(ProtectedPath, api)
		mux.Handle(ProtectedPath+"/", api)
	}
	mux.Handle(EchoPath, behind(Echo()))
	mux.Handle(CanaryPath, behind(Echo()))
	if s.Issuer != nil {
		for _, path := range []string{JWKSPath, ConfigurationPath, MetadataPath} {
			mux.Handle(path, s.Issuer)
		}
		mux.HandleFunc("POST "+RotatePath, s.rotate)
	}
	if s.Grants != nil {
		for _, path := range []string{TokenPath, DeviceCodePath, DevicePath, AuthPath} {
			mux.Handle(path, s.Grants)
		}
	}
	mux.HandleFunc("GET /{$}", index)

	h := http.Handler(&mux)
	if len(s.Fail) > 0 {
		h = s.failing(h)
	}
	if s.Slow > 0 {
		h = Slow(s.Slow, h)
	}
	h = s.Guard.Protect(h)
	if s.Log != nil {
		h = Recorded(s.Log, h)
	}
	return h
}

// failing answers where a status was asked for; of several paths the longest counts.
func (s Site) failing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		longest, status := -1, 0
		for path, one := range s.Fail {
			path = strings.TrimSuffix(path, "/")
			if (r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/")) && len(path) > longest {
				longest, status = len(path), one
			}
		}
		if status == 0 {
			h.ServeHTTP(w, r)
			return
		}
		Failing(status).ServeHTTP(w, r)
	})
}

// rotate gives the issuer a new key, for who is at this machine.
func (s Site) rotate(w http.ResponseWriter, r *http.Request) {
	if !near(r) {
		answerJSON(w, http.StatusForbidden, struct {
			Message string `json:"message"`
		}{"keys are rotated from the machine itself"})
		return
	}
	kid, err := s.Issuer.Renew()
	if err != nil {
		answerJSON(w, http.StatusInternalServerError, struct {
			Message string `json:"message"`
		}{"no key can be made"})
		return
	}
	answerJSON(w, http.StatusOK, struct {
		KID string `json:"kid"`
	}{kid})
}

// index says what is here, to who looks.
func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, `jwt serve: an issuer of tokens for development

GET  `+ConfigurationPath+`
GET  `+JWKSPath+`
POST `+TokenPath+`  client_credentials, password, refresh_token, device_code
POST `+DeviceCodePath+`
GET  `+DevicePath+`  where its codes are typed
POST `+AuthPath+`  {"username", "password"}
GET  `+ProtectedPath+`  for who has a token
GET  `+EchoPath+`, `+CanaryPath+`  what arrived as Authorization
POST `+RotatePath+`  a new key, from this machine
`) // who asked has gone, if it fails
}
