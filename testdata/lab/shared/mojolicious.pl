# A small API as people write it by hand with Mojolicious::Lite and Crypt::JWT.
use Mojolicious::Lite -signatures;
use Crypt::JWT 'decode_jwt';
use Digest::SHA 'sha256_hex';
use Mojo::File 'curfile';

my $secret = curfile->sibling('secret.txt')->slurp;

get '/echo' => sub ($c) {    # see echo.py
    my ($scheme, $credentials) = split / /, $c->req->headers->authorization // '', 2;
    return $c->render(json => {seen => \0, scheme => '', sha256_8 => ''}) unless length($scheme // '');
    $c->render(json => {seen => \1, scheme => $scheme, sha256_8 => substr(sha256_hex($credentials // ''), 0, 8)});
};

under sub ($c) {
    my $header = $c->req->headers->authorization
        or return $c->render(json => {errors => [{message => 'Who is asking?'}]}, status => 401) && undef;
    my ($token) = $header =~ /^Bearer (\S+)$/
        or return $c->render(json => {errors => [{message => 'Cannot read your credentials'}]}, status => 400) && undef;
    my $claims = eval { decode_jwt(token => $token, key => $secret, accepted_alg => 'HS256', verify_exp => 1) }
        or return $c->render(json => {errors => [{message => 'Not convinced'}]}, status => 401) && undef;
    $c->stash(user => $claims->{sub});
};

get '/me' => sub ($c) { $c->render(json => {user => $c->stash('user')}) };

app->start;
