/** Frequent misspellings of English words: [word, misspelling]. Facts of usage, collected by hand. */
export const MISSPELLINGS: ReadonlyMap<string, string> = new Map(
  `absence absense|accept acept|access acces|accidentally accidently|accommodate accomodate|achieve acheive|across accross
|address adress|advertise advertize|aggressive agressive|almost allmost|amateur amatuer|among amoung|animal aminal
|annual anual|answer anwser|apparent apparant|appear apear|argument arguement|around arround|assistance assistence
|athlete athelete|because becuase|before befor|beginning begining|behaviour behavour|behavior behavoir|believe beleive
|between betwen|bicycle bycicle|broccoli brocolli|building buidling|business buisness|calendar calender
|called caled|careful carefull|category catagory|cemetery cemetary|century centruy|certain certian|character charachter
|children childern|chocolate choclate|city citty|colleague collegue|coming comming|commitment committment
|committee commitee|completely completly|conscience concience|country counrty|criticism critisism|curious curios
|daughter daugther|decide deside|definitely definately|describe discribe|despite dispite|develop develope
|different diferent|disappear dissapear|disappoint dissapoint|discover discovar|during durring|easily easly
|eight eigth|embarrass embarass|environment enviroment|especially especialy|every evrey|exactly exactally
|excellent excelent|except exept|existence existance|experience experiance|explain explane|familiar familar
|famous famouse|favourite favorit|favorite favourit|february febuary|finally finaly|first frist|foreign foriegn
|forty fourty|forward foward|found foudn|friend freind|further furthur|gauge guage|government goverment
|grammar grammer|great graet|group gropu|guarantee garantee|guard gaurd|happened happend|harass harrass|have ahve
|height heigth|history histroy|hospital hosptial|humorous humerous|immediately immediatly|important importent
|independent independant|information infromation|intelligence inteligence|interest intrest|interrupt interupt
|island iland|jewellery jewelery|knowledge knowlege|known konwn|language langauge|largest largets|leisure liesure
|length lenght|library libary|license lisence|lightning lightening|little litle|machine machene|maintenance maintainance
|many mnay|marriage marrage|medicine medecine|message mesage|minute minuite|mountain mountian|necessary neccessary
|neighbour nieghbour|neighbor nieghbor|nineteen ninteen|noticeable noticable|number nubmer|occasion occassion
|occurred occured|often offen|opinion opinon|opportunity oppurtunity|original orignal|other otehr|parallel paralel
|parliament parliment|particular particuler|people poeple|perform preform|persistent persistant|person persson
|piece peice|planet plannet|pleasant plesant|please plese|possession posession|possible posible|potato potatoe
|practical practicle|prefer perfer|preferred prefered|president presedent|privilege privelege|probably probly
|process proccess|promise promiss|pronunciation pronounciation|publicly publically|quantity quanity|question qeustion
|quickly quikly|receive recieve|recommend reccomend|reference referance|relevant relevent|religious religous
|remember rember|repetition repitition|resistance resistence|restaurant restaraunt|rhythm rythm|river rivre
|said siad|schedule shedule|school shcool|science sceince|second secound|secretary secratary|seize sieze
|separate seperate|sergeant sargent|several severel|should shoud|similar similer|sincerely sincerly|society soceity
|soldier solider|special speical|speech speach|stomach stomache|strength strenght|success sucess|successful succesful
|surprise suprise|system sytem|tendency tendancy|their thier|therefore therfore|they tehy|think htink|thorough thorogh
|though thogh|thought thougth|threshold threshhold|through throught|together togehter|tomorrow tommorow|tongue tounge
|truly truely|twelfth twelth|unfortunately unfortunatly|unique uniqe|until untill|usually usualy|vacuum vaccum
|vegetable vegatable|village vilage|water watter|weather wether|weird wierd|welcome wellcome|what waht|when wehn
|where whre|which wich|while whlie|with wiht|without witout|woman womman|world wrold|would woud|write wirte
|writing writting|written writen|year yaer`
    .replaceAll('\n', '')
    .split('|')
    .map((pair) => pair.split(' ') as [string, string]),
);
