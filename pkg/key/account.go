package key

import (
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// An Account is whom a key file says that its key belongs to.
type Account struct {
	Email    string
	TokenURI string // where tokens signed with the key are taken
}

// isServiceAccount recognises the key file of a Google service account
// (https://cloud.google.com/iam/docs/keys-create-delete).
func isServiceAccount(data []byte) bool {
	object, err := strict.ParseObject(data)
	if err != nil {
		return false
	}
	_, hasKey := object.Text("private_key")
	kind, _ := object.Text("type")
	return hasKey && kind == "service_account"
}

const serviceAccount = "Google service account"

func parseServiceAccount(data []byte, secret *password) (Set, error) {
	object, err := strict.ParseObject(data)
	if err != nil {
		return Set{}, err
	}
	pem, _ := object.Text("private_key")
	if !isPEM([]byte(pem)) {
		return Set{}, &UnusableError{What: serviceAccount, Why: "has a private_key that is not PEM"}
	}
	set, err := parsePEM([]byte(pem), secret)
	if err != nil {
		return Set{}, err
	}
	if len(set.Keys) != 1 || len(set.Unusable) > 0 {
		return Set{}, &UnusableError{What: serviceAccount, Why: "has a private_key that is not one key"}
	}
	k := &set.Keys[0]
	k.ID, k.HasID = object.Text("private_key_id")
	k.Account.Email, _ = object.Text("client_email")
	k.Account.TokenURI, _ = object.Text("token_uri")
	k.Form = serviceAccount
	return set, nil
}
