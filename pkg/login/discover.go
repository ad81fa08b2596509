package login

import (
	"context"
	"errors"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// Endpoints are where an issuer gives tokens.
type Endpoints struct {
	Token  string
	Device string // of device codes; only looked for by the way that needs it
	Auth   Auth   // how clients say who they are there
}

// Discover finds the endpoints that a way needs in what an issuer says about itself.
// Errors are [*web.Error], [*web.StatusError] and [*issuer.Error].
func (c Client) Discover(ctx context.Context, name string, way Way) (Endpoints, error) {
	target, err := issuer.Check(name)
	if err != nil {
		return Endpoints{}, err
	}
	client := c.HTTP
	if client == nil {
		client = &web.Client{}
	}
	var first error
	for _, address := range issuer.Documents(target) {
		response, err := client.Get(ctx, address, maxAnswer)
		if err != nil {
			return Endpoints{}, err
		}
		metadata, err := issuer.Read(response, name)
		if _, missing := errors.AsType[*web.StatusError](err); !missing {
			if err != nil {
				return Endpoints{}, err
			}
			return endpoints(metadata, way)
		}
		if first == nil { // it may have the other
			first = err
		}
	}
	return Endpoints{}, first
}

func endpoints(metadata issuer.Metadata, way Way) (Endpoints, error) {
	e := Endpoints{Auth: Basic}
	var err error
	if e.Token, err = metadata.URL("token_endpoint"); err != nil {
		return Endpoints{}, err
	}
	if slices.Contains(way.Needs, DeviceURL) {
		if e.Device, err = metadata.URL("device_authorization_endpoint"); err != nil { // RFC 8628 §4
			return Endpoints{}, err
		}
	}
	value, _ := metadata.Object.Get("token_endpoint_auth_methods_supported") // Basic if it is left out (RFC 8414 §2)
	methods, _ := strict.Texts(value)
	if slices.Contains(methods, "client_secret_post") && !slices.Contains(methods, "client_secret_basic") {
		e.Auth = Post
	}
	return e, nil
}
